/**
 * Why the token service did not give what was asked for. The set is closed; a page may switch on it.
 *
 * - `ERR_BAD_REQUEST` 400, the body is no JSON object of the form that is wanted
 * - `ERR_NO_TOKEN` 401, no JWT came with the request, or a cookie without the origin of a page
 * - `ERR_TOKEN_EXPIRED` 401, the JWT was good and is over
 * - `ERR_TOKEN_INVALID` 401, the JWT is none of a trusted issuer for this service; the audit log says why
 * - `ERR_CODE` 403, the one-time code is unknown, spent or over: which of them is not told
 * - `ERR_NO_DEVICE` 403, the JWT's subject maps to no device, or the hub has no such device, or it is disabled
 * - `ERR_ORIGIN` 403, the page's origin is not allowed
 * - `ERR_OTHER_DEVICE` 403, the request names a device that is not the JWT's own
 * - `ERR_REVOKED` 403, the device or this JWT of it was revoked
 * - `ERR_NOT_FOUND` 404, nothing is at this address
 * - `ERR_METHOD` 405, the address takes another method
 * - `ERR_BODY_TOO_LARGE` 413
 * - `ERR_CONTENT_TYPE` 415, the body is not `application/json`
 * - `ERR_RATE_LIMITED` 429, `Retry-After` says how long to wait
 * - `ERR_INTERNAL` 500, a fault of the service
 * - `ERR_UNAVAILABLE` 503, the keys of the issuer or the hub's registry can't be reached; try again later
 */
export type ProblemCode = keyof typeof STATUSES

const STATUSES = {
  ERR_BAD_REQUEST: [400, 'Bad Request'],
  ERR_NO_TOKEN: [401, 'Unauthorized'],
  ERR_TOKEN_EXPIRED: [401, 'Unauthorized'],
  ERR_TOKEN_INVALID: [401, 'Unauthorized'],
  ERR_CODE: [403, 'Forbidden'],
  ERR_NO_DEVICE: [403, 'Forbidden'],
  ERR_ORIGIN: [403, 'Forbidden'],
  ERR_OTHER_DEVICE: [403, 'Forbidden'],
  ERR_REVOKED: [403, 'Forbidden'],
  ERR_NOT_FOUND: [404, 'Not Found'],
  ERR_METHOD: [405, 'Method Not Allowed'],
  ERR_BODY_TOO_LARGE: [413, 'Content Too Large'],
  ERR_CONTENT_TYPE: [415, 'Unsupported Media Type'],
  ERR_RATE_LIMITED: [429, 'Too Many Requests'],
  ERR_INTERNAL: [500, 'Internal Server Error'],
  ERR_UNAVAILABLE: [503, 'Service Unavailable'],
} as const

interface ProblemDetails {
  readonly reason?: string | undefined
  readonly retryAfterInSeconds?: number | undefined
  readonly isRepeated?: boolean | undefined
}

/** A refusal on its way out of the depth of a request. Its message goes to the client, its reason to the audit log alone. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly reason: string | undefined
  readonly retryAfterInSeconds: number | undefined
  /** The same was told a moment ago: a flood of requests must not become one of the log. */
  readonly isRepeated: boolean

  constructor(code: ProblemCode, detail: string, more: ProblemDetails = {}) {
    super(detail)
    this.code = code
    this.reason = more.reason
    this.retryAfterInSeconds = more.retryAfterInSeconds
    this.isRepeated = more.isRepeated ?? false
  }

  get status(): number {
    return STATUSES[this.code][0]
  }
}

/** The problem as a client gets it (RFC 9457), with the headers that its status asks for. */
export function problemResponse(problem: Problem): Response {
  const [status, title] = STATUSES[problem.code]
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  // RFC 9110 §15.5.2 and RFC 6750 §3: a 401 says how to authenticate, and names an error only where a token came.
  if (status === 401) {
    headers.set('www-authenticate', problem.code === 'ERR_NO_TOKEN' ? 'Bearer' : 'Bearer error="invalid_token"')
  }
  if (status === 405) headers.set('allow', 'POST')
  if (problem.retryAfterInSeconds !== undefined) headers.set('retry-after', String(problem.retryAfterInSeconds))
  return new Response(JSON.stringify({ title, status, code: problem.code, detail: problem.message }), {
    status,
    headers,
  })
}
