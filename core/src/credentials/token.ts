import { copyIdentity, type DeviceIdentity } from '../protocol/identity.ts'
import { readToken } from '../protocol/sas.ts'
import { cacheTokens } from './cached.ts'
import type { AccessToken, Credentials } from './credentials.ts'

/**
 * Gets tokens from the app's own source: a token service, a secure element, or anything that can
 * sign. A twin calls the source when a connection needs a token and the last token is half spent or
 * was refused. The signal aborts when the twin no longer waits.
 *
 * @param source returns a token, or the bare `SharedAccessSignature …`, which contains its expiry
 * @throws TypeError when the identity is malformed, or the source is not a function
 * @example
 * ```ts
 * import { openTwin, tokenCredentials } from 'hubtwin'
 *
 * const identity = { hostName: 'contoso.azure-devices.net', deviceId: 'kiosk-7' }
 * const twin = openTwin(
 *   tokenCredentials(identity, async (signal) => {
 *     const response = await fetch('/api/token', { method: 'POST', signal })
 *     if (!response.ok) throw new Error(`Token service answered ${response.status}`)
 *     return response.text()
 *   }),
 * )
 * await twin.close()
 * ```
 */
export function tokenCredentials(
  identity: DeviceIdentity,
  source: (signal: AbortSignal) => Promise<string | AccessToken>,
): Credentials {
  if (typeof source !== 'function') throw new TypeError('source is not a function that returns a token')
  const owner = copyIdentity(identity)
  return cacheTokens(owner, async (signal) => {
    const given = await source(signal)
    return typeof given === 'string' ? { password: given, ...readToken(given, owner) } : given
  })
}
