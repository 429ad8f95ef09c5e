import { isBase64 } from '../protocol/connection-string.ts'
import { copyIdentity, type DeviceIdentity } from '../protocol/identity.ts'
import { checkRuntime } from './check-runtime.ts'
import type { Credentials } from './credentials.ts'
import { signTokens } from './signed.ts'

/**
 * The options of `keyCredentials`.
 *
 * @example
 * ```ts
 * import { keyCredentials, type KeyOptions } from 'hubtwin'
 *
 * const identity = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }
 * const options: KeyOptions = { tokenLifetimeInSeconds: 900, sharedAccessKeyName: 'device' }
 * const credentials = keyCredentials(identity, 'bWFkZS11cA==', options)
 * console.log(credentials.identity.deviceId)
 * ```
 */
export interface KeyOptions {
  /**
   * The life of a token, in seconds.
   * @default 3600
   */
  readonly tokenLifetimeInSeconds?: number | undefined
  /** The shared access policy of the key; without it, the key is the device's own. */
  readonly sharedAccessKeyName?: string | undefined
  /** Milliseconds since 1970; for tests. */
  readonly now?: (() => number) | undefined
}

/**
 * Signs tokens with a shared access key. Do not use it in a public page: every visitor could
 * impersonate the device. Give such a page `tokenCredentials` and keep the key on a server.
 *
 * It imports the key once as a WebCrypto key that cannot be exported.
 *
 * @param sharedAccessKey base64, as the hub shows it
 * @throws TypeError when the identity or the key is malformed, or the runtime has no WebCrypto (a
 *   page needs HTTPS or localhost)
 * @throws RangeError when the lifetime is not a whole number of seconds, at least 1
 * @example
 * ```ts
 * import { keyCredentials, openTwin } from 'hubtwin'
 *
 * const identity = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }
 * const twin = openTwin(keyCredentials(identity, 'bWFkZS11cA==', { tokenLifetimeInSeconds: 900 }))
 * await twin.close()
 * ```
 */
export function keyCredentials(
  identity: DeviceIdentity,
  sharedAccessKey: string,
  options: KeyOptions = {},
): Credentials {
  const { tokenLifetimeInSeconds = 3600, sharedAccessKeyName, now = Date.now } = options
  if (typeof sharedAccessKey !== 'string' || !isBase64(sharedAccessKey))
    throw new TypeError('sharedAccessKey is not base64')
  if (!Number.isInteger(tokenLifetimeInSeconds) || tokenLifetimeInSeconds < 1) {
    throw new RangeError(
      `tokenLifetimeInSeconds is ${tokenLifetimeInSeconds}; it has to be a whole number of seconds, at least 1`,
    )
  }
  checkRuntime('TextEncoder')
  return signTokens(copyIdentity(identity), sharedAccessKey, sharedAccessKeyName, tokenLifetimeInSeconds, now)
}
