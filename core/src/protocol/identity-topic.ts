import type { DeviceIdentity } from './identity.ts'

/**
 * The topic below which an identity sends and gets messages. It contains IDs as they are, except
 * for `+` and `#`, which a topic name may not contain (MQTT 3.1.1 §4.7.1). The hub's treatment of
 * such IDs is unknown (docs/protocol/device.md §1.1).
 */
export function identityTopic({ deviceId, moduleId }: DeviceIdentity): string {
  const module = moduleId === undefined ? '' : `/modules/${segment(moduleId)}`
  return `devices/${segment(deviceId)}${module}/`
}

function segment(id: string): string {
  return id.replace(/[+#]/g, encodeURIComponent)
}
