import type { Registry } from '../hub/registry.ts'
import { watchedText } from '../runtime/folder-store.ts'
import { ServiceError } from '../hub/service-error.ts'
import { print } from '../terminal.ts'
import { isDeviceId } from '../tokens/base/device-id.ts'
import { checkRevocable, storedRevocations } from '../tokens/enrollment/revocations.ts'
import { mappedDevice } from './device-map.ts'
import { openState } from './state.ts'

export interface RevokeOptions {
  readonly state: string
  readonly disable?: boolean
  /** The file that maps subjects to devices, as `serve` has it. */
  readonly devices?: string
}

/** Ends what was issued to a device or a subject, or one enrollment by a token ID, from the next request on; with `disable` at the hub too. */
export async function revoke(
  openRegistry: () => Registry,
  name: string,
  { state, disable = false, devices }: RevokeOptions,
): Promise<void> {
  checkRevocable(name)
  const store = await openState(state)
  // Read before anything is done: after a revocation only the hub may still refuse.
  const deviceId = devices === undefined ? name : (mappedDevice(await watchedText(devices)(), name) ?? name)
  await storedRevocations(store).revoke(name)
  print(`${name} gets no passwords any more; a one-time code that is made from now on lets it in again`)
  if (disable) await disableAt(openRegistry(), deviceId, name)
  else print('A password that it has is good until it is over; --disable shuts it out of the hub too')
}

async function disableAt(registry: Registry, deviceId: string, name: string): Promise<void> {
  try {
    // A subject such as auth0|5f7c is no device ID.
    if (!isDeviceId(deviceId)) throw new ServiceError('ERR_NOT_FOUND', `${deviceId} cannot be the ID of a device`)
    await registry.disableDevice(deviceId)
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ERR_NOT_FOUND') throw error
    const advice =
      deviceId === name ? '; name the device, or the file of "serve" that maps subjects with --devices' : ''
    throw new Error(
      `${name} is revoked, but nothing is disabled: ${registry.authority} has no device ${deviceId}${advice}`,
      { cause: error },
    )
  }
  print(`${deviceId} is disabled at ${registry.authority}`)
}
