/**
 * Why an operation of a twin failed. The set is closed; a program may switch on it.
 *
 * - `ERR_REFUSED` the hub refused the connection, and a fresh token is tried next
 * - `ERR_UNAUTHORIZED` the hub refused a fresh token, or a request for want of rights
 * - `ERR_TOKEN` the source of tokens failed
 * - `ERR_UNREACHABLE` the connection closed before the hub answered
 * - `ERR_INTERRUPTED` the connection closed; whether the hub acted on what was sent is unknown
 * - `ERR_TIMEOUT` no answer within the deadline
 * - `ERR_THROTTLED` the hub answered 429
 * - `ERR_BAD_REQUEST` the hub answered 4xx: the same request will fail again
 * - `ERR_HUB` the hub answered 5xx
 * - `ERR_PROTOCOL` the hub answered something that makes no sense
 * - `ERR_REPLACED` another connection takes the identity over, again and again
 * - `ERR_CLOSED` the twin is closed
 */
export type TwinErrorCode =
  | 'ERR_REFUSED'
  | 'ERR_UNAUTHORIZED'
  | 'ERR_TOKEN'
  | 'ERR_UNREACHABLE'
  | 'ERR_INTERRUPTED'
  | 'ERR_TIMEOUT'
  | 'ERR_THROTTLED'
  | 'ERR_BAD_REQUEST'
  | 'ERR_HUB'
  | 'ERR_PROTOCOL'
  | 'ERR_REPLACED'
  | 'ERR_CLOSED'

export interface TwinErrorDetails {
  readonly status?: number | undefined
  readonly retryAfterInMs?: number | undefined
  readonly retriable?: boolean | undefined
  readonly cause?: unknown
}

/** Codes for which the same call, made again without a change, can never succeed. */
const FINAL: ReadonlySet<TwinErrorCode> = new Set(['ERR_BAD_REQUEST', 'ERR_CLOSED'])

/**
 * What the network or the hub did. A caller's own mistake is a `TypeError`, a `RangeError` or a `SyntaxError` instead.
 *
 * Its message never holds a key, a token or a signature.
 */
export class TwinError extends Error {
  override readonly name = 'TwinError'
  /** Stable; the message may change from release to release. */
  readonly code: TwinErrorCode
  /** Whether the same call may succeed later. */
  readonly retriable: boolean
  /** The status with which the hub answered, where it did (protocol: `$iothub/twin/res/{status}/`). */
  readonly status?: number
  /** How long the hub wants to be left alone, where it said so. */
  readonly retryAfterInMs?: number

  constructor(code: TwinErrorCode, message: string, details: TwinErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    this.retriable = details.retriable ?? !FINAL.has(code)
    if (details.status !== undefined) this.status = details.status
    if (details.retryAfterInMs !== undefined) this.retryAfterInMs = details.retryAfterInMs
  }
}
