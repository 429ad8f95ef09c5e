import { keyCredentials, type AccessToken } from 'hubtwin'

/** Signs a device's password for the hub: a shared access signature. */
export type SasSource = (deviceId: string) => Promise<AccessToken>

export interface SasOptions {
  /** The host name that the signature covers, without a port. */
  readonly hostName: string
  /** @default 60 */
  readonly lifetimeInMinutes?: number | undefined
}

/**
 * Signs with the key of a shared access policy that has the right `DeviceConnect`. Needs no
 * network. Also signs for a device that does not exist: the hub refuses it when it connects.
 */
export function sasFromPolicy(
  { hostName, lifetimeInMinutes }: SasOptions,
  policy: { readonly sharedAccessKeyName: string; readonly sharedAccessKey: string },
): SasSource {
  const { sharedAccessKeyName, sharedAccessKey } = policy
  const tokenLifetimeInSeconds = toSeconds(lifetimeInMinutes)
  return (deviceId) =>
    keyCredentials({ hostName, deviceId }, sharedAccessKey, { sharedAccessKeyName, tokenLifetimeInSeconds }).token()
}

/**
 * Signs with the device's own key, which it reads from the hub's registry for each token. A
 * disabled or unknown device gets no token, a new key takes effect at once, and the service needs
 * no right to act as a device.
 *
 * @param keyOf returns the device's key, base64; rejects if there is no key
 */
export function sasFromDeviceKey(
  { hostName, lifetimeInMinutes }: SasOptions,
  keyOf: (deviceId: string) => Promise<string>,
): SasSource {
  const tokenLifetimeInSeconds = toSeconds(lifetimeInMinutes)
  return async (deviceId) =>
    keyCredentials({ hostName, deviceId }, await keyOf(deviceId), { tokenLifetimeInSeconds }).token()
}

function toSeconds(minutes = 60): number {
  if (!Number.isInteger(minutes) || minutes < 1) {
    throw new RangeError(`Lifetime of a signature is ${minutes} minutes; expected a whole number, at least 1`)
  }
  return minutes * 60
}
