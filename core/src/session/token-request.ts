import type { AccessToken, Credentials } from '../credentials/credentials.ts'
import { TwinError } from '../errors.ts'
import type { SessionInput } from '../protocol/machine-states.ts'

/** Asks the app's credentials for a token, one at a time, and keeps the newest. */
export interface TokenRequest {
  /** What the last token says; empty before the first. */
  readonly password: string
  ask(): void
  /** What comes of the last ask is of no interest any longer. */
  cancel(): void
}

export function createTokenRequest(
  credentials: Credentials,
  dispatch: (happening: SessionInput) => void,
): TokenRequest {
  let password = ''
  let asking: AbortController | undefined

  function cancel(): void {
    asking?.abort()
    asking = undefined
  }

  async function ask(): Promise<void> {
    cancel()
    const own = new AbortController()
    asking = own
    let happening: SessionInput
    try {
      const token = checkToken(await credentials.token(own.signal))
      if (asking === own) password = token.password
      happening = { type: 'token', expiresAt: token.expiresAt }
    } catch (error) {
      happening = { type: 'tokenFailed', error: tokenError(error) }
    }
    if (asking !== own) return
    asking = undefined
    dispatch(happening)
  }

  return {
    get password() {
      return password
    },
    ask() {
      void ask()
    },
    cancel,
  }
}

function checkToken(token: AccessToken): AccessToken {
  const { password, expiresAt } = (token ?? {}) as Partial<AccessToken>
  if (typeof password !== 'string' || password === '') {
    throw new TwinError(
      'ERR_TOKEN',
      'Source of tokens gave no { password, expiresAt } with a password that is a string',
    )
  }
  if (typeof expiresAt !== 'number' || Number.isNaN(expiresAt)) {
    throw new TwinError(
      'ERR_TOKEN',
      'Source of tokens gave no { password, expiresAt } with a time in milliseconds since 1970',
    )
  }
  return { password, expiresAt }
}

/** What an app's own source throws may hold anything: it is the cause, and its message is not repeated. */
function tokenError(error: unknown): TwinError {
  if (error instanceof TwinError) return error
  return new TwinError('ERR_TOKEN', 'Source of tokens failed', { cause: error })
}
