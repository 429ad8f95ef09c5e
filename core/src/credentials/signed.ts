import type { DeviceIdentity } from '../protocol/identity.ts'
import { audience, formatToken, stringToSign } from '../protocol/sas.ts'
import type { Credentials } from './credentials.ts'

/**
 * Signs a token for each call, with arguments that the caller has checked.
 *
 * @param key base64
 * @throws TypeError when the runtime has no WebCrypto
 */
export function signTokens(
  identity: DeviceIdentity,
  key: string,
  keyName: string | undefined,
  lifetimeInSeconds: number = 3600,
  now: () => number = Date.now,
): Credentials {
  if (globalThis.crypto?.subtle === undefined) {
    throw new TypeError('This runtime has no WebCrypto; a page needs https: or localhost')
  }
  const sr = audience(identity)
  let imported: Promise<CryptoKey> | undefined

  return Object.freeze({
    identity,
    async token() {
      imported ??= importKey(key)
      const expiryInSeconds = Math.ceil(now() / 1000) + lifetimeInSeconds
      const signed = new TextEncoder().encode(stringToSign(sr, expiryInSeconds))
      const signature = await crypto.subtle.sign('HMAC', await imported, signed)
      const base64 = btoa(String.fromCharCode(...new Uint8Array(signature)))
      return { password: formatToken(sr, base64, expiryInSeconds, keyName), expiresAt: expiryInSeconds * 1000 }
    },
  })
}

function importKey(base64: string): Promise<CryptoKey> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}
