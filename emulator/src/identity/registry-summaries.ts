import type { JsonObject } from '../formats/json.ts'
import type { Context } from '../hub/context.ts'

/**
 * A short entry per device, in the order of IDs. Whole twins of 10,000 devices would be too large.
 */
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

/** `GET /statistics/devices` (docs/protocol/protocol.md §6.2). */
export function registryStatistics({ registry }: Context): JsonObject {
  const { deviceCount: total, disabledDeviceCount: disabled } = registry
  return { totalDeviceCount: total, enabledDeviceCount: total - disabled, disabledDeviceCount: disabled }
}

/** `GET /statistics/service` (docs/protocol/protocol.md §6.2). */
export function serviceStatistics({ devices }: Context): JsonObject {
  return { connectedDeviceCount: devices.connectedCount }
}
