import type { AccessToken, Credentials } from '../credentials/credentials.ts'
import { TwinError } from '../errors.ts'
import type { SessionInput } from '../protocol/machine-states.ts'

/** Requests tokens from the app's credentials, one at a time, and keeps the newest. */
export interface TokenRequest {
  /** The password of the newest token; empty before the first. */
  password(): string
  request(): void
  /** Ignores the outcome of the open request. */
  cancel(): void
}

export function createTokenRequest(credentials: Credentials, dispatch: (input: SessionInput) => void): TokenRequest {
  let password = ''
  let current: AbortController | undefined

  function cancel(): void {
    current?.abort()
    current = undefined
  }

  async function request(): Promise<void> {
    cancel()
    const own = new AbortController()
    current = own
    let input: SessionInput
    try {
      const token = checkToken(await credentials.token(own.signal))
      if (current === own) password = token.password
      input = { type: 'token', expiresAt: token.expiresAt }
    } catch (error) {
      input = { type: 'tokenFailed', error: tokenError(error) }
    }
    if (current !== own) return
    current = undefined
    dispatch(input)
  }

  return {
    password: () => password,
    request() {
      void request()
    },
    cancel,
  }
}

function checkToken(token: AccessToken): AccessToken {
  const { password, expiresAt } = (token ?? {}) as Partial<AccessToken>
  if (typeof password !== 'string' || password === '') throw malformedToken('a password that is a string')
  if (typeof expiresAt !== 'number' || Number.isNaN(expiresAt))
    throw malformedToken('a time in milliseconds since 1970')
  return { password, expiresAt }
}

function malformedToken(missing: string): TwinError {
  return new TwinError('ERR_TOKEN', `Source of tokens gave no { password, expiresAt } with ${missing}`)
}

/**
 * An error of the app's own source may hold a secret, so its message is not repeated: it is the
 * cause.
 */
function tokenError(error: unknown): TwinError {
  if (error instanceof TwinError) return error
  return new TwinError('ERR_TOKEN', 'Source of tokens failed', { cause: error })
}
