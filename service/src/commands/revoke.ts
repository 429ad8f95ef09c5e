import type { Registry } from '../hub/registry.ts'
import { ServiceError } from '../hub/service-error.ts'
import { watchedText } from '../runtime/folder/text-files.ts'
import { print } from '../terminal.ts'
import { isDeviceId } from '../tokens/base/device-id.ts'
import { checkRevocable, storedRevocations } from '../tokens/enrollment/revocations.ts'
import { enrollmentOf } from '../tokens/jwt/token-id.ts'
import { mappedDevice } from './device-map.ts'
import { type State, withExistingState } from './state.ts'
import type { StateOptions } from './state-options.ts'
import { asUsage } from './usage.ts'

export interface RevokeOptions extends StateOptions {
  readonly disable?: boolean
  /** The `--devices` file of `serve`, which maps subjects to devices. */
  readonly devices?: string
  /** Also revokes a name that never enrolled. */
  readonly force?: boolean
}

/**
 * Ends all JWTs of a device, a subject, or an enrollment (by a token ID) from the next request on.
 * With `disable`, also disables the device at the hub.
 *
 * @throws Error if the name never enrolled, unless `force` is true: it is probably misspelled
 */
export async function revoke(openRegistry: () => Registry, name: string, options: RevokeOptions): Promise<void> {
  await asUsage(async () => checkRevocable(name))
  await withExistingState(options, (state) => revokeIn(state, openRegistry, name, options))
}

async function revokeIn(
  { store, place }: State,
  openRegistry: () => Registry,
  name: string,
  { disable = false, devices, force = false }: RevokeOptions,
): Promise<void> {
  // Read first: after the revocation, only the hub may still refuse.
  const deviceId =
    devices === undefined ? name : (mappedDevice(await watchedText('--devices', devices)(), name) ?? name)
  if (!force && !(await store.enrollments.knows(enrollmentOf(name)))) {
    throw new Error(
      `No such device ever enrolled: ${place} knows no device, subject, or enrollment ${name}. Nothing is revoked; --force revokes the name anyway`,
    )
  }
  await storedRevocations(store).revoke(name)
  print(`${name} gets no more passwords; only a new one-time code gives it access again`)
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
