import { setTimeout as delay } from 'node:timers/promises'
import type { Credentials } from '../../core/src/credentials/credentials.ts'
import { keyCredentials } from '../../core/src/credentials/key.ts'
import type { DeviceIdentity } from '../../core/src/protocol/identity.ts'

/** A source of tokens that can fail or be slow, as in a real app. */
export interface Tokens extends Credentials {
  readonly secrets: readonly string[]
  apply(type: 'fail-token' | 'delay-token', times: number): void
}

/**
 * @param expiry the apparent expiry of a token. The hub accepts the token for an hour, because the
 * plan tests the renewal, not the hub's patience.
 */
export function createTokens(identity: DeviceIdentity, sharedAccessKey: string, expiry: () => number): Tokens {
  const key = keyCredentials(identity, sharedAccessKey)
  const secrets = [sharedAccessKey]
  let failures = 0
  let delays = 0
  return {
    identity,
    secrets,
    async token() {
      if (delays > 0) {
        delays--
        await delay(80)
      }
      const { password } = await key.token()
      const signature = /sig=([^&]+)/.exec(password)?.[1] ?? password
      secrets.push(password, signature, decodeURIComponent(signature))
      if (failures > 0) {
        failures--
        throw new Error('No token today')
      }
      return { password, expiresAt: expiry() }
    },
    apply(type, times) {
      if (type === 'fail-token') failures += times
      else delays += times
    },
  }
}
