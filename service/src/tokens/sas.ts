import { keyCredentials, type AccessToken } from 'hubtwin'

/** Signs for a device what the hub takes as its password. */
export type SasSource = (deviceId: string) => Promise<AccessToken>

export interface SasOptions {
  /** The hub's name as tokens are signed for it, without a port. */
  readonly hostName: string
  /** @default 60 */
  readonly lifetimeInMinutes?: number | undefined
}

/**
 * Signs with the key of a shared access policy that has the right `DeviceConnect`. Needs no network, and signs for a device that the hub
 * does not have, too: the hub refuses that one when it connects.
 */
export function sasFromPolicy(
  { hostName, lifetimeInMinutes }: SasOptions,
  policy: { readonly sharedAccessKeyName: string; readonly sharedAccessKey: string },
): SasSource {
  const { sharedAccessKeyName, sharedAccessKey } = policy
  const tokenLifetimeInSeconds = seconds(lifetimeInMinutes)
  return (deviceId) =>
    keyCredentials({ hostName, deviceId }, sharedAccessKey, { sharedAccessKeyName, tokenLifetimeInSeconds }).token()
}

/**
 * Signs with the device's own key, read from the hub's registry for each token: a disabled or unknown device gets none, a new key counts at
 * once, and the service needs no right to speak as a device.
 *
 * @param keyOf the device's key, base64; rejects where there is none to sign with
 */
export function sasFromDeviceKey(
  { hostName, lifetimeInMinutes }: SasOptions,
  keyOf: (deviceId: string) => Promise<string>,
): SasSource {
  const tokenLifetimeInSeconds = seconds(lifetimeInMinutes)
  return async (deviceId) =>
    keyCredentials({ hostName, deviceId }, await keyOf(deviceId), { tokenLifetimeInSeconds }).token()
}

function seconds(minutes = 60): number {
  if (!Number.isInteger(minutes) || minutes < 1) {
    throw new RangeError(`Lifetime of a signature is ${minutes} minutes; whole minutes from 1 on are wanted`)
  }
  return minutes * 60
}
