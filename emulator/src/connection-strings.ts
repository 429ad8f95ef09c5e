import { isLoopback } from './loopback.ts'
import type { Context } from './operations/context.ts'
import { missing } from './operations/missing.ts'
import { identityOf } from './rules/identity-id.ts'
import type { Policies, PolicyName } from './rules/policies.ts'
import { Refusal } from './rules/refusal.ts'

export interface ConnectionStringOptions {
  /**
   * Without TLS, for a client on this machine. Clients refuse it for any host but this machine, so the hub must be named localhost, or by a
   * loopback address.
   * @default false
   */
  readonly plain?: boolean
}

export interface ConnectionStrings {
  /** For a back end, with the rights of a policy: every right unless told otherwise. @throws Refusal for `plain` at a hub with another name */
  service(options?: ConnectionStringOptions & { readonly policyName?: PolicyName }): string
  /** For a device or a module. @throws Refusal where it is not registered or has no key, and for `plain` at a hub with another name */
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
  const join = (parts: readonly string[], plain = false): string => {
    if (plain && !isLoopback(hostName)) {
      throw new Refusal(
        'ArgumentInvalid',
        `Only a hub named localhost has connection strings without TLS, and not ${hostName}`,
      )
    }
    const port = plain ? plainPort : securePort
    // All clients take 443 by themselves; the official SDKs refuse any port in a host name.
    const host = !plain && port === 443 ? hostName : `${hostName}:${port}`
    return [`HostName=${host}`, ...parts, ...(plain ? ['UseDevelopmentEmulator=true'] : [])].join(';')
  }
  return {
    service: ({ plain, policyName = 'iothubowner' } = {}) =>
      join(
        [`SharedAccessKeyName=${policyName}`, `SharedAccessKey=${policies.get(policyName)?.primaryKey ?? ''}`],
        plain,
      ),
    device(deviceId, { moduleId, plain } = {}) {
      const identity = identityOf(deviceId, moduleId)
      const authentication = context.registry.find(identity)?.authentication
      if (authentication?.type !== 'sas') throw missing(identity)
      const module = moduleId === undefined ? [] : [`ModuleId=${moduleId}`]
      return join([`DeviceId=${deviceId}`, ...module, `SharedAccessKey=${authentication.primaryKey}`], plain)
    },
  }
}
