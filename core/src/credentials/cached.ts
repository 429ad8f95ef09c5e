import type { DeviceIdentity } from '../protocol/identity.ts'
import type { AccessToken, Credentials } from './credentials.ts'

/** A token with less left than this would be refused before it is of use. */
const MIN_LEFT_IN_MS = 30_000

/**
 * Keeps a token for the reconnects within its first half of life: a flapping network must not become a storm of
 * requests at a token service, and a renewal must get a new one.
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
      const asked = now()
      const token = await source(signal)
      const life = token.expiresAt - asked
      cached = life > 2 * MIN_LEFT_IN_MS ? { token, until: asked + life / 2 } : undefined
      return token
    },
    invalidate() {
      cached = undefined
    },
  })
}
