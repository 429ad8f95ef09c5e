import type { Registry } from './registry.ts'
import { ServiceError } from './service-error.ts'
import { isDeviceId } from '../tokens/base/device-id.ts'
import { Problem } from '../tokens/base/problem.ts'

/**
 * Where `sasFromDeviceKey` gets a device's key: from the hub's registry, through azure-iothub.
 *
 * The registry takes 100 requests a minute a unit (S1): with signatures of an hour, enough for some thousand devices.
 *
 * @returns the primary key; rejects with a Problem where there is none to sign with
 */
export function deviceKeysOf(registry: Registry): (deviceId: string) => Promise<string> {
  return async (deviceId) => {
    if (!isDeviceId(deviceId)) throw new Problem('ERR_NO_DEVICE', 'The hub can have no such device')
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
  return new Problem('ERR_UNAVAILABLE', "The hub's registry does not answer", { reason, retryAfterInSeconds: 5 })
}
