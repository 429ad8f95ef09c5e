import type { Context } from './operations/context.ts'
import { isLoopback } from './loopback.ts'
import { missing } from './operations/missing.ts'
import type { Authentication } from './rules/identity.ts'
import { identityKey, identityOf } from './rules/identity-id.ts'
import type { Identity } from './rules/identity-id.ts'
import type { Policies, PolicyName } from './rules/policies.ts'
import { Refusal } from './rules/refusal.ts'

export interface ConnectionStringOptions {
  /** Without TLS, for a client on this machine. @default false */
  readonly plain?: boolean
}

export interface ConnectionStrings {
  /** For a back end, with the rights of a policy: every right unless told otherwise. */
  service(options?: ConnectionStringOptions & { readonly policyName?: PolicyName }): string
  /** For a device or a module. @throws Refusal DeviceNotFound, ModuleNotFound, or InvalidOperation for an identity without a key */
  device(deviceId: string, options?: ConnectionStringOptions & { readonly moduleId?: string }): string
}

export interface Ports {
  readonly securePort: number
  readonly plainPort: number
  readonly mqttPort: number
}

/** The port is no part of the hub's name: clients take it off for tokens and user names. */
export function connectionStrings(
  context: Context,
  hostName: string,
  { securePort, plainPort }: Ports,
  policies: Policies,
): ConnectionStrings {
  const host = (plain: boolean | undefined): string => `HostName=${hostName}:${plain ? plainPort : securePort}`
  // Clients connect without TLS to this machine only, whatever the name of the hub is.
  const hostOfDevice = (plain: boolean | undefined): string =>
    plain && !isLoopback(hostName) ? `HostName=${hostName};GatewayHostName=localhost:${plainPort}` : host(plain)
  const join = (parts: readonly string[], plain: boolean | undefined): string =>
    [...parts, ...(plain ? ['UseDevelopmentEmulator=true'] : [])].join(';')
  return {
    service: ({ plain, policyName = 'iothubowner' } = {}) =>
      join(
        [
          host(plain),
          `SharedAccessKeyName=${policyName}`,
          `SharedAccessKey=${policies.get(policyName)?.primaryKey ?? ''}`,
        ],
        plain,
      ),
    device(deviceId, { moduleId, plain } = {}) {
      const identity = identityOf(deviceId, moduleId)
      const authentication = context.registry.find(identity)?.authentication
      if (authentication === undefined) throw missing(identity)
      if (authentication.type !== 'sas' || authentication.primaryKey === '') throw keyless(identity, authentication)
      const module = moduleId === undefined ? [] : [`ModuleId=${moduleId}`]
      return join(
        [hostOfDevice(plain), `DeviceId=${deviceId}`, ...module, `SharedAccessKey=${authentication.primaryKey}`],
        plain,
      )
    },
  }
}

/** A connection string carries a key. A device with a certificate has none. */
function keyless(identity: Identity, { type }: Authentication): Refusal {
  const kind = identity.moduleId === undefined ? 'device' : 'module'
  return new Refusal(
    'InvalidOperation',
    `The ${kind} ${identityKey(identity)} has no symmetric key for a connection string: its authentication is ${type}`,
  )
}
