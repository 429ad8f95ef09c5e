/**
 * The reason that an operation of a twin failed. The set is closed, so a program may switch on it.
 *
 * - `ERR_REFUSED` the hub refused the connection; hubtwin tries a fresh token next
 * - `ERR_UNAUTHORIZED` the hub refused a fresh token, or the token lacks the right for a request
 * - `ERR_TOKEN` the token source failed
 * - `ERR_UNREACHABLE` the connection closed before the hub responded
 * - `ERR_INTERRUPTED` the connection closed; the hub may or may not have acted on the request
 * - `ERR_TIMEOUT` no response within the deadline
 * - `ERR_THROTTLED` the hub responded with 429
 * - `ERR_BAD_REQUEST` the hub responded with 4xx: the same request will fail again
 * - `ERR_HUB` the hub responded with 5xx
 * - `ERR_PROTOCOL` the hub sent a malformed or unexpected packet or body
 * - `ERR_QUEUE_FULL` too much telemetry waits for the hub
 * - `ERR_REPLACED` other connections of the same identity repeatedly replace this connection
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
  | 'ERR_QUEUE_FULL'
  | 'ERR_REPLACED'
  | 'ERR_CLOSED'

export interface TwinErrorDetails {
  readonly status?: number | undefined
  readonly retryAfterInMs?: number | undefined
  readonly retriable?: boolean | undefined
  readonly cause?: unknown
}

/** The codes after which the same call can never succeed. */
const FINAL: readonly TwinErrorCode[] = ['ERR_BAD_REQUEST', 'ERR_CLOSED']

/**
 * A failure of the network or the hub. A caller's own mistake is a `TypeError`, a `RangeError` or a
 * `SyntaxError` instead.
 *
 * The message never holds a key, a token or a signature.
 * @example
 * ```ts
 * import { openTwin, TwinError, type TwinErrorCode } from 'hubtwin'
 *
 * const ASK_FOR_HELP: readonly TwinErrorCode[] = ['ERR_UNAUTHORIZED', 'ERR_TOKEN', 'ERR_REPLACED']
 * const twin = openTwin(process.env.IOTHUB_DEVICE_CONNECTION_STRING ?? '')
 * try {
 *   await twin.ready({ signal: AbortSignal.timeout(30_000) })
 * } catch (error) {
 *   if (!(error instanceof TwinError)) throw error
 *   if (ASK_FOR_HELP.includes(error.code)) console.error(error.code, error.message)
 * }
 * ```
 */
export class TwinError extends Error {
  override readonly name = 'TwinError'
  /** Stable, while the message may change from release to release. */
  declare readonly code: TwinErrorCode
  /** Whether the same call may succeed later. */
  declare readonly retriable: boolean
  /** The status of the hub's response (`$iothub/twin/res/{status}/`), where there was one. */
  declare readonly status?: number
  /** How long to wait, if the hub gave a hint. */
  declare readonly retryAfterInMs?: number

  constructor(code: TwinErrorCode, message: string, details: TwinErrorDetails = {}) {
    super(message, details)
    const { status, retryAfterInMs, retriable = !FINAL.includes(code) } = details
    this.code = code
    this.retriable = retriable
    if (status !== undefined) this.status = status
    if (retryAfterInMs !== undefined) this.retryAfterInMs = retryAfterInMs
  }
}

/** The error for a hub that breaks the protocol. */
export function protocolError(message: string): TwinError {
  return new TwinError('ERR_PROTOCOL', message)
}
