import type { JsonObject } from '../rules/json.ts'
import type { Context } from './context.ts'

/** GET /statistics/devices (protocol sheet 6.2). */
export function registryStatistics({ registry }: Context): JsonObject {
  const { deviceCount: total, disabledDeviceCount: disabled } = registry
  return { totalDeviceCount: total, enabledDeviceCount: total - disabled, disabledDeviceCount: disabled }
}

/** GET /statistics/service. */
export function serviceStatistics({ devices }: Context): JsonObject {
  return { connectedDeviceCount: devices.connectedCount }
}
