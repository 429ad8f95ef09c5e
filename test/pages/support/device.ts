import { randomUUID } from 'node:crypto'
import type { Hub, JsonObject } from 'hubtwin-emulator'

/** A device that only one test uses, as the hub sees it. */
export interface Device {
  readonly deviceId: string
  /** Without TLS: a page may connect like this to its own machine. */
  readonly connectionString: string
  /** Patches its desired properties. */
  desire(desired: JsonObject): Promise<void>
  /** Its reported properties, without `$metadata` and `$version`. */
  reported(): JsonObject
  connections(): ReturnType<Hub['connections']>
}

export async function createDevice(hub: Hub): Promise<Device> {
  const deviceId = `page-${randomUUID().slice(0, 8)}`
  await hub.createDevice(deviceId)
  return deviceAt(hub, deviceId)
}

/** A device that exists. */
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
