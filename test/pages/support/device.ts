import { randomUUID } from 'node:crypto'
import type { Hub, JsonObject } from 'hubtwin-emulator'

/** A device for a single test, as the hub sees it. */
export interface Device {
  readonly deviceId: string
  /** Without TLS, which browsers allow on localhost. */
  readonly connectionString: string
  /** Patches the desired properties. */
  desire(desired: JsonObject): Promise<void>
  /** The reported properties, without `$metadata` and `$version`. */
  reported(): JsonObject
  connections(): ReturnType<Hub['connections']>
}

export async function createDevice(hub: Hub): Promise<Device> {
  const deviceId = `page-${randomUUID().slice(0, 8)}`
  await hub.createDevice(deviceId)
  return deviceAt(hub, deviceId)
}

/** Wraps an existing device. */
export function deviceAt(hub: Hub, deviceId: string): Device {
  return {
    deviceId,
    connectionString: hub.connectionStrings.device(deviceId, { plain: true }),
    async desire(desired) {
      await hub.updateTwin(deviceId, { properties: { desired } })
    },
    reported() {
      const { properties } = hub.twin(deviceId) as { properties: { reported: JsonObject } }
      return Object.fromEntries(Object.entries(properties.reported).filter(([key]) => !key.startsWith('$')))
    },
    connections: () => hub.connections().filter((connection) => connection.deviceId === deviceId),
  }
}
