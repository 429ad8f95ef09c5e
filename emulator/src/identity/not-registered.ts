import type { Identity } from './identity-id.ts'
import { Refusal } from '../errors/refusal.ts'

/** The refusal for a device or module that is not registered. */
export function missing({ deviceId, moduleId }: Identity): Refusal {
  return moduleId === undefined
    ? new Refusal('DeviceNotFound', `The device ${deviceId} is not registered`)
    : new Refusal('ModuleNotFound', `The module ${moduleId} is not registered on the device ${deviceId}`)
}
