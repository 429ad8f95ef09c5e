/** A right of a shared access policy (docs/protocol/protocol.md §2.3). */
export type Right = 'RegistryRead' | 'RegistryWrite' | 'ServiceConnect' | 'DeviceConnect'

export interface PolicyKeys {
  readonly primaryKey: string
  readonly secondaryKey: string
}

export interface Policy extends PolicyKeys {
  readonly name: string
  readonly rights: readonly Right[]
}

export type PolicyName = 'iothubowner' | 'service' | 'device' | 'registryRead' | 'registryReadWrite'

/** The policies of a new IoT Hub. */
export const POLICY_RIGHTS: Readonly<Record<PolicyName, readonly Right[]>> = {
  iothubowner: ['RegistryRead', 'RegistryWrite', 'ServiceConnect', 'DeviceConnect'],
  service: ['ServiceConnect'],
  device: ['DeviceConnect'],
  registryRead: ['RegistryRead'],
  registryReadWrite: ['RegistryRead', 'RegistryWrite'],
}

export type Policies = ReadonlyMap<string, Policy>
