import type { JsonObject } from '../formats/json.ts'
import type { Context } from '../hub/context.ts'

/** Every device in short, in the order of ids: 10,000 are read at once where whole twins could not be. */
export function listDevices({ registry, devices }: Context): JsonObject[] {
  return Array.from(registry.devicesAfter(), ([, record]) => ({
    deviceId: record.deviceId,
    status: record.status,
    connected: devices.isConnected(record),
    desiredVersion: record.twin.desired.version,
    reportedVersion: record.twin.reported.version,
    lastActivityTime: record.lastActivityTime,
  }))
}
