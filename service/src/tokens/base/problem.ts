/**
 * The reason that the token service refuses a request. The set is closed; a page may switch on it.
 *
 * - `ERR_BAD_REQUEST` 400: the body is not a JSON object with the expected keys
 * - `ERR_NO_TOKEN` 401: the request has no JWT, or has a cookie but no page's origin
 * - `ERR_TOKEN_EXPIRED` 401: the JWT has expired
 * - `ERR_TOKEN_INVALID` 401: no trusted issuer signed the JWT for this service; the audit log says
 *   why
 * - `ERR_CODE` 403: the one-time code is unknown, spent, or expired; the client does not learn
 *   which
 * - `ERR_NO_DEVICE` 403: the JWT's subject has no device, the hub has no such device, or it is
 *   disabled
 * - `ERR_ORIGIN` 403: the page's origin is not allowed
 * - `ERR_OTHER_DEVICE` 403: the request names a device other than the JWT's
 * - `ERR_REVOKED` 403: the device or this JWT is revoked
 * - `ERR_NOT_FOUND` 404: the path does not exist
 * - `ERR_METHOD` 405: the path accepts another method
 * - `ERR_BODY_TOO_LARGE` 413
 * - `ERR_CONTENT_TYPE` 415: the body is not `application/json`
 * - `ERR_RATE_LIMITED` 429: `Retry-After` says how long to wait
 * - `ERR_INTERNAL` 500: the service failed
 * - `ERR_UNAVAILABLE` 503: the store, the issuer's keys, or the hub's registry is unreachable;
 *   `Retry-After` says when to try again
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

/** A refusal of a request. The client gets the message; only the audit log gets the reason. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly reason: string | undefined
  readonly retryAfterInSeconds: number | undefined
  /** The log already has this refusal: a flood of requests must not flood the log. */
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

/** Builds the response for a problem (RFC 9457), with the headers that its status requires. */
export function problemResponse(problem: Problem): Response {
  const [status, title] = STATUSES[problem.code]
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  // A 401 response states how to authenticate (RFC 9110 §15.5.2). It names an error only if the
  // request had a token (RFC 6750 §3).
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
