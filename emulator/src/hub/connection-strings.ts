import type { Context } from './context.ts'
import { checkNames } from './check-options.ts'
import { isLoopback } from '../http/loopback.ts'
import { missing } from '../identity/not-registered.ts'
import type { Authentication } from '../identity/identity.ts'
import { identityKey, identityOf, type Identity } from '../identity/identity-id.ts'
import type { Policies, PolicyName } from '../access/policies.ts'
import { Refusal } from '../errors/refusal.ts'

export interface ConnectionStringOptions {
  /** Whether the client connects without TLS, from this machine. @default false */
  readonly plain?: boolean
}

/**
 * Connection strings for the clients of a local hub.
 *
 * @example
 * ```ts
 * import {
 *   type ConnectionStringOptions,
 *   type ConnectionStrings,
 *   type PolicyName,
 *   startHub,
 * } from 'hubtwin-emulator'
 *
 * const plain: ConnectionStringOptions = { plain: true }
 * const forBackEnd = (strings: ConnectionStrings, policyName: PolicyName): string =>
 *   strings.service({ ...plain, policyName })
 *
 * const hub = await startHub()
 * console.log(forBackEnd(hub.connectionStrings, 'service'))
 * await hub.close()
 * ```
 */
export interface ConnectionStrings {
  /**
   * For a back end, with the rights of a policy. The default, `iothubowner`, has all rights.
   *
   * @throws Refusal ArgumentInvalid for `plain` if the name of the hub is not localhost; TypeError
   * for an unknown option
   */
  service(options?: ConnectionStringOptions & { readonly policyName?: PolicyName }): string
  /**
   * For a device or a module.
   *
   * @throws Refusal DeviceNotFound, ModuleNotFound, or InvalidOperation for an identity without a
   * key; TypeError for an unknown option
   */
  device(deviceId: string, options?: ConnectionStringOptions & { readonly moduleId?: string }): string
}

export interface Ports {
  readonly securePort: number
  readonly plainPort: number
  readonly mqttPort: number
}

/** Clients remove the port from the host name before they use it in tokens and user names. */
export function connectionStrings(
  context: Context,
  hostName: string,
  { securePort, plainPort }: Ports,
  policies: Policies,
): ConnectionStrings {
  const join = (host: string, parts: readonly string[], plain = false): string =>
    [host, ...parts, ...(plain ? ['UseDevelopmentEmulator=true'] : [])].join(';')
  // All clients use port 443 by default. The official SDKs reject a port in a host name.
  const secureHost = securePort === 443 ? `HostName=${hostName}` : `HostName=${hostName}:${securePort}`
  const plainHost = `HostName=${hostName}:${plainPort}`
  // Clients without TLS connect to this machine. A gateway keeps the hub's own name in their
  // tokens.
  const devicePlainHost = isLoopback(hostName)
    ? plainHost
    : `HostName=${hostName};GatewayHostName=localhost:${plainPort}`
  return {
    service(options = {}) {
      checkNames('connectionStrings.service()', options, ['plain', 'policyName'])
      const { plain, policyName = 'iothubowner' } = options
      if (plain === true && !isLoopback(hostName)) {
        throw new Refusal(
          'ArgumentInvalid',
          `A back end connects without TLS only to a hub named localhost, not ${hostName}`,
        )
      }
      const key = policies.get(policyName)?.primaryKey ?? ''
      return join(
        plain ? plainHost : secureHost,
        [`SharedAccessKeyName=${policyName}`, `SharedAccessKey=${key}`],
        plain,
      )
    },
    device(deviceId, options = {}) {
      checkNames('connectionStrings.device()', options, ['plain', 'moduleId'])
      const { moduleId, plain } = options
      const identity = identityOf(deviceId, moduleId)
      const authentication = context.registry.find(identity)?.authentication
      if (authentication === undefined) throw missing(identity)
      if (authentication.type !== 'sas' || authentication.primaryKey === '') throw keyless(identity, authentication)
      const module = moduleId === undefined ? [] : [`ModuleId=${moduleId}`]
      const parts = [`DeviceId=${deviceId}`, ...module, `SharedAccessKey=${authentication.primaryKey}`]
      return join(plain ? devicePlainHost : secureHost, parts, plain)
    },
  }
}

/** A connection string contains a key, and a device with a certificate has no key. */
function keyless(identity: Identity, { type }: Authentication): Refusal {
  const kind = identity.moduleId === undefined ? 'device' : 'module'
  return new Refusal(
    'InvalidOperation',
    `The ${kind} ${identityKey(identity)} has no symmetric key for a connection string: its authentication is ${type}`,
  )
}
