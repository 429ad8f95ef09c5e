import type { Registry } from '../hub/registry.ts'
import { ServiceError } from '../hub/service-error.ts'
import { watchedText } from '../runtime/folder-store.ts'
import { print } from '../terminal.ts'
import { isDeviceId } from '../tokens/base/device-id.ts'
import { checkRevocable, storedRevocations } from '../tokens/enrollment/revocations.ts'
import { mappedDevice } from './device-map.ts'
import { openState } from './state.ts'

export interface RevokeOptions {
  readonly state: string
  readonly disable?: boolean
  /** The `--devices` file of `serve`, which maps subjects to devices. */
  readonly devices?: string
}

/**
 * Ends all JWTs of a device, a subject, or an enrollment (by a token ID) from the next request on.
 * With `disable`, also disables the device at the hub.
 */
export async function revoke(
  openRegistry: () => Registry,
  name: string,
  { state, disable = false, devices }: RevokeOptions,
): Promise<void> {
  checkRevocable(name)
  const store = await openState(state)
  // Read first: after the revocation, only the hub may still refuse.
  const deviceId = devices === undefined ? name : (mappedDevice(await watchedText(devices)(), name) ?? name)
  await storedRevocations(store).revoke(name)
  print(`${name} gets no more passwords; only a new one-time code lets it in again`)
  if (disable) await disableAt(openRegistry(), deviceId, name)
  else print('Its current password stays valid until it expires; --disable also locks it out of the hub')
}

async function disableAt(registry: Registry, deviceId: string, name: string): Promise<void> {
  try {
    // A subject such as auth0|5f7c is no device ID.
    if (!isDeviceId(deviceId)) throw new ServiceError('ERR_NOT_FOUND', `${deviceId} cannot be a device ID`)
    await registry.disableDevice(deviceId)
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ERR_NOT_FOUND') throw error
    const advice =
      deviceId === name
        ? '; name the device instead, or pass the --devices file of "serve", which maps subjects to devices'
        : ''
    throw new Error(
      `${name} is revoked, but no device is disabled: ${registry.authority} has no device ${deviceId}${advice}`,
      { cause: error },
    )
  }
  print(`${deviceId} is disabled at ${registry.authority}`)
}
