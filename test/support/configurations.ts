import type { Configuration } from 'azure-iothub'
import type { Hub, JsonObject } from '../../emulator/src/index.ts'

/** The content of a configuration that sets a firmware version. */
export const firmware = (version: string): JsonObject => ({ 'properties.desired.firmware': { version } })

export function configuration(id: string, targetCondition: string, rest: Partial<Configuration> = {}): Configuration {
  return {
    id,
    schemaVersion: '1.0',
    targetCondition,
    priority: 10,
    content: { deviceContent: firmware('1.0.0') },
    ...rest,
  }
}

/** The desired properties of a twin, without the fields of the hub. */
export function desired(hub: Hub, deviceId: string, moduleId?: string): JsonObject {
  const {
    $metadata: _metadata,
    $version: _version,
    ...values
  } = (hub.twin(deviceId, moduleId)['properties'] as { desired: JsonObject }).desired
  return values
}

/** The configurations of a twin. */
export function statuses(hub: Hub, deviceId: string, moduleId?: string): unknown {
  return hub.twin(deviceId, moduleId)['configurations']
}
