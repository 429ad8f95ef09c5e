import type { DeviceIdentity } from '../protocol/identity.ts'
import type { AccessToken, Credentials } from './credentials.ts'

/** A token with less life than this could expire before the hub sees it. */
const MIN_LEFT_IN_MS = 30_000

/**
 * Keeps a token for reconnects during the first half of its life. A flapping network must not flood
 * a token service with requests, and a renewal must get a new token.
 */
export function cacheTokens(
  identity: DeviceIdentity,
  source: (signal: AbortSignal) => Promise<AccessToken>,
  now: () => number = Date.now,
): Credentials {
  let cached: { token: AccessToken; until: number } | undefined

  return Object.freeze({
    identity,
    async token(signal: AbortSignal = new AbortController().signal) {
      if (cached !== undefined && now() < cached.until) return cached.token
      const requestedAt = now()
      const token = await source(signal)
      const life = token.expiresAt - requestedAt
      cached = life > 2 * MIN_LEFT_IN_MS ? { token, until: requestedAt + life / 2 } : undefined
      return token
    },
    invalidate() {
      cached = undefined
    },
  })
}
