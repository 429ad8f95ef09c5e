import type { JsonObject } from '../formats/json.ts'
import type { Context } from '../hub/context.ts'

/** GET /statistics/devices (docs/protocol/protocol.md §6.2). */
export function registryStatistics({ registry }: Context): JsonObject {
  const { deviceCount: total, disabledDeviceCount: disabled } = registry
  return { totalDeviceCount: total, enabledDeviceCount: total - disabled, disabledDeviceCount: disabled }
}

/** GET /statistics/service. */
export function serviceStatistics({ devices }: Context): JsonObject {
  return { connectedDeviceCount: devices.connectedCount }
}
