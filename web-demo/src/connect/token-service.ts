import type { AccessToken, JsonObject, JsonValue } from 'hubtwin'
import { isObject } from '../json-text.ts'

/** A service that knows who this page is by a JWT, or by a cookie of this site, and makes tokens for its device. */
export interface TokenService {
  /** The origin, and a path where it has one; no slash at the end. */
  readonly address: string
  /** Without one the browser's cookie has to do. */
  readonly jwt?: string | undefined
  readonly hostName: string
  readonly deviceId: string
  readonly endpoint?: string | undefined
}

const DEADLINE_IN_MS = 10_000

/** `POST {address}/api/token` → `{ password, expiresAt }` */
export async function askForToken({ address, jwt }: TokenService, signal: AbortSignal): Promise<AccessToken> {
  const headers = jwt === undefined ? {} : { authorization: `Bearer ${jwt}` }
  const { password, expiresAt } = await post(`${address}/api/token`, { headers, signal })
  if (typeof password !== 'string' || typeof expiresAt !== 'number')
    throw new Error('The token service answered without a password and an expiresAt')
  return { password, expiresAt }
}

/** `POST {address}/api/enrol` with a one-time code → the JWT, and whose it is. */
export async function enrol(address: string, code: string): Promise<TokenService> {
  const answer = await post(`${address}/api/enrol`, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  const { token, hostName, deviceId, endpoint } = answer
  if (typeof token !== 'string' || typeof hostName !== 'string' || typeof deviceId !== 'string')
    throw new Error('The token service answered without a token, a hostName and a deviceId')
  return { address, jwt: token, hostName, deviceId, ...(typeof endpoint === 'string' && { endpoint }) }
}

async function post(url: string, init: RequestInit): Promise<JsonObject> {
  const deadline = AbortSignal.timeout(DEADLINE_IN_MS)
  const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline
  let response: Response
  try {
    response = await fetch(url, { ...init, method: 'POST', credentials: 'include', cache: 'no-store', signal })
  } catch (error) {
    if (init.signal?.aborted) throw error
    const why = deadline.aborted ? `did not answer within ${DEADLINE_IN_MS / 1000} s` : 'could not be reached'
    throw new Error(`The token service at ${new URL(url).host} ${why}`, { cause: error })
  }
  const answer = (await response.json().catch(() => null)) as JsonValue
  if (!response.ok) throw new Error(`The token service answered ${response.status}${reasonIn(answer)}`)
  if (!isObject(answer)) throw new Error('The token service answered something that is no JSON object')
  return answer
}

function reasonIn(answer: JsonValue): string {
  const error = isObject(answer) ? answer['error'] : undefined
  const words = isObject(error) ? error['message'] : error
  return typeof words === 'string' ? `: ${words.slice(0, 200)}` : ''
}
