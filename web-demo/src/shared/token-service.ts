import { type AccessToken, type JsonObject, type JsonValue, TwinError } from 'hubtwin/light'
import { isObject } from './json-value.ts'

/**
 * A token service and the device that it issues tokens for. A JWT or a cookie identifies the page.
 */
export interface TokenService {
  /** The URL, without a slash at the end. */
  readonly address: string
  /** Without a JWT, the browser sends its cookie. */
  readonly jwt?: string | undefined
  readonly hostName: string
  readonly deviceId: string
  readonly endpoint?: string | undefined
}

const DEADLINE_IN_MS = 10_000

/** `POST {address}/api/token` → `{ password, expiresAt }` */
export async function fetchToken({ address, jwt, deviceId }: TokenService, signal: AbortSignal): Promise<AccessToken> {
  const { password, expiresAt } = await post(`${address}/api/token`, { deviceId }, jwt, signal)
  if (typeof password !== 'string' || typeof expiresAt !== 'number')
    throw new TwinError('ERR_TOKEN', 'The token service answered without a password and an expiresAt')
  return { password, expiresAt }
}

/** Finds the device that the JWT or the cookie belongs to. The service names it next to a token. */
export async function identify(address: string, jwt?: string): Promise<TokenService> {
  return { ...readDevice(await post(`${address}/api/token`, {}, jwt)), address, jwt }
}

/** `POST {address}/api/enrol` with a one-time code → the JWT, and the device that it belongs to */
export async function enroll(address: string, code: string): Promise<TokenService> {
  const body = await post(`${address}/api/enrol`, { code })
  const { token } = body
  if (typeof token !== 'string') throw new TwinError('ERR_TOKEN', 'The token service answered without a token')
  return { ...readDevice(body), address, jwt: token }
}

/**
 * Enrolls a page of the service's own site. The browser gets the JWT as a cookie that no script
 * can read.
 */
export async function enrollPage(address: string, code: string): Promise<TokenService> {
  return { ...readDevice(await post(`${address}/api/enrol`, { code, cookie: true })), address }
}

/**
 * Whether a server has no token service. The first request is the readiness check, because a
 * browser logs every error response. A proxy may hide that check, so a second request follows: the
 * errors of a token service are problem details (RFC 9457).
 *
 * @returns `false` also without any response, because nothing is known then
 */
export async function lacksTokenService(address: string): Promise<boolean> {
  try {
    const init = { cache: 'no-store', signal: AbortSignal.timeout(DEADLINE_IN_MS) } as const
    const probe = await fetch(`${address}/readyz`, init)
    if (probe.ok || probe.status === 503) return false
    const headers = { 'content-type': 'application/json' }
    const { ok, headers: sent } = await fetch(`${address}/api/token`, { ...init, method: 'POST', headers, body: '{}' })
    return !ok && sent.get('content-type')?.startsWith('application/problem+json') !== true
  } catch {
    return false
  }
}

function readDevice({ hostName, deviceId, endpoint }: JsonObject): Omit<TokenService, 'address' | 'jwt'> {
  if (typeof hostName !== 'string' || typeof deviceId !== 'string')
    throw new TwinError('ERR_TOKEN', 'The token service answered without a hostName and a deviceId')
  return { hostName, deviceId, ...(typeof endpoint === 'string' && { endpoint }) }
}

/** @throws TwinError with the reason; only the message of a TwinError reaches the other tabs */
async function post(url: string, content: JsonObject, jwt?: string, aborted?: AbortSignal): Promise<JsonObject> {
  const deadline = AbortSignal.timeout(DEADLINE_IN_MS)
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(jwt !== undefined && { authorization: `Bearer ${jwt}` }) },
      body: JSON.stringify(content),
      credentials: jwt === undefined ? 'same-origin' : 'omit',
      cache: 'no-store',
      signal: aborted === undefined ? deadline : AbortSignal.any([aborted, deadline]),
    })
  } catch (error) {
    if (aborted?.aborted) throw error
    const problem = deadline.aborted ? `did not answer within ${DEADLINE_IN_MS / 1000} s` : 'could not be reached'
    const hint =
      deadline.aborted || new URL(url).origin === location.origin
        ? ''
        : ', or does not accept requests from pages of this origin'
    throw new TwinError('ERR_TOKEN', `The token service at ${new URL(url).host} ${problem}${hint}`, { cause: error })
  }
  const body = (await response.json().catch(() => null)) as JsonValue
  if (!response.ok) throw new TwinError('ERR_TOKEN', `The token service answered ${response.status}${reasonIn(body)}`)
  if (!isObject(body)) throw new TwinError('ERR_TOKEN', 'The token service answered without a JSON object')
  return body
}

/** The problem details of RFC 9457. */
function reasonIn(body: JsonValue): string {
  const detail = isObject(body) ? body['detail'] : undefined
  return typeof detail === 'string' ? `: ${detail.slice(0, 200).replace(/\.$/, '')}` : ''
}
