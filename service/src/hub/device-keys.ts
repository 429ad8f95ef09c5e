import { isDeviceId } from '../tokens/base/device-id.ts'
import { Problem } from '../tokens/base/problem.ts'
import type { Registry } from './registry.ts'
import { ServiceError } from './service-error.ts'

/**
 * Creates the key source of `sasFromDeviceKey`: it reads a device's primary key from the hub's
 * registry.
 *
 * The registry accepts 100 requests per minute and unit (S1). With passwords of an hour, that is
 * enough for several thousand devices.
 *
 * @returns a function that rejects with a Problem if the device has no usable key
 */
export function deviceKeysOf(registry: Registry): (deviceId: string) => Promise<string> {
  return async (deviceId) => {
    if (!isDeviceId(deviceId)) throw new Problem('ERR_NO_DEVICE', 'The hub cannot have such a device')
    const { isEnabled, primaryKey } = await registry.getDevice(deviceId).catch((error: unknown) => {
      throw refusalOf(error)
    })
    if (!isEnabled) throw new Problem('ERR_NO_DEVICE', 'The device is disabled at the hub')
    if (primaryKey === undefined) throw new Problem('ERR_NO_DEVICE', 'The device has no key at the hub')
    return primaryKey
  }
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error
  if (error.code === 'ERR_NOT_FOUND' || error.code === 'ERR_BAD_REQUEST')
    return new Problem('ERR_NO_DEVICE', 'The hub has no such device')
  const reason = error.code
  return new Problem('ERR_UNAVAILABLE', "The hub's registry does not respond", { reason, retryAfterInSeconds: 5 })
}
