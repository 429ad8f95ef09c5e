import type { AccessToken, Credentials } from '../credentials/credentials.ts'
import { TwinError } from '../errors.ts'
import type { SessionInput } from '../protocol/machine-states.ts'

/** Requests tokens from the app's credentials, one at a time. Keeps the newest until its use. */
export interface TokenRequest {
  readonly credentials: Credentials
  readonly dispatch: (input: SessionInput) => void
  current: AbortController | undefined
  /** The password of the newest token; empty before the first, and after its use. */
  password: string
}

export function createTokenRequest(credentials: Credentials, dispatch: (input: SessionInput) => void): TokenRequest {
  return { credentials, dispatch, current: undefined, password: '' }
}

export async function requestToken(request: TokenRequest): Promise<void> {
  cancelToken(request)
  const own = new AbortController()
  request.current = own
  let input: SessionInput
  try {
    const token = checkToken(await request.credentials.token(own.signal))
    if (request.current === own) request.password = token.password
    input = { type: 'token', expiresAt: token.expiresAt }
  } catch (error) {
    input = { type: 'tokenFailed', error: tokenError(error) }
  }
  if (request.current !== own) return
  request.current = undefined
  request.dispatch(input)
}

/** Ignores the outcome of the open request. */
export function cancelToken(request: TokenRequest): void {
  request.current?.abort()
  request.current = undefined
}

/** Each connection uses the password of a new token, so none stays in the memory. */
export function takePassword(request: TokenRequest): string {
  const { password } = request
  request.password = ''
  return password
}

function checkToken(token: AccessToken): AccessToken {
  const { password, expiresAt } = (token ?? {}) as Partial<AccessToken>
  if (typeof password !== 'string' || password === '') throw malformedToken('a password that is a string')
  if (typeof expiresAt !== 'number' || Number.isNaN(expiresAt))
    throw malformedToken('a time in milliseconds since 1970')
  return { password, expiresAt }
}

function malformedToken(missing: string): TwinError {
  return new TwinError('ERR_TOKEN', `Token source returned no { password, expiresAt } with ${missing}`)
}

/**
 * An error of the app's own source may hold a secret, so its message is not repeated: it is the
 * cause.
 */
function tokenError(error: unknown): TwinError {
  if (error instanceof TwinError) return error
  return new TwinError('ERR_TOKEN', 'Token source failed', { cause: error })
}
