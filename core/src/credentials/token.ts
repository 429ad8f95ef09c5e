import { copyIdentity, type DeviceIdentity } from '../protocol/identity.ts'
import { readToken } from '../protocol/sas.ts'
import { cacheTokens } from './cached.ts'
import type { AccessToken, Credentials } from './credentials.ts'

/**
 * Tokens from the app: a token service, a secure element, whatever can sign. The source is asked when a connection
 * needs a token and the last one is spent or was refused; its signal aborts when nobody waits any longer.
 *
 * @param source gives a token, or the bare `SharedAccessSignature …` whose expiry is read from it
 * @throws TypeError when the identity is malformed or the source is no function
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
  if (typeof source !== 'function') throw new TypeError('source is not a function that gives a token')
  const owner = copyIdentity(identity)
  return cacheTokens(owner, async (signal) => {
    const given = await source(signal)
    return typeof given === 'string' ? { password: given, ...readToken(given, owner) } : given
  })
}
