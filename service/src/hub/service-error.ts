/**
 * Why the hub did not do what the back end asked. The set is closed; a program may switch on it.
 *
 * - `ERR_UNREACHABLE` no connection to the hub
 * - `ERR_CERTIFICATE` the hub's certificate is not trusted here
 * - `ERR_TIMEOUT` no answer within the deadline; whether the hub acted is unknown
 * - `ERR_UNAUTHORIZED` the policy or its key is wrong, or lacks the right
 * - `ERR_NOT_FOUND` there is no such device, module or hub
 * - `ERR_CONFLICT` somebody else changed the twin first
 * - `ERR_BAD_REQUEST` the hub finds fault with the request: the same one will fail again
 * - `ERR_THROTTLED` too many requests; try later
 * - `ERR_HUB` the hub answered 5xx
 * - `ERR_PROTOCOL` what answered makes no sense: perhaps it is no IoT hub
 */
export type ServiceErrorCode =
  | 'ERR_UNREACHABLE'
  | 'ERR_CERTIFICATE'
  | 'ERR_TIMEOUT'
  | 'ERR_UNAUTHORIZED'
  | 'ERR_NOT_FOUND'
  | 'ERR_CONFLICT'
  | 'ERR_BAD_REQUEST'
  | 'ERR_THROTTLED'
  | 'ERR_HUB'
  | 'ERR_PROTOCOL'

/** What the network or the hub did. Its message is one line and never holds a key or a signature. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: ServiceErrorCode
  /** The status with which the hub answered, where it did. */
  readonly status?: number
  /** How long the hub asks to wait, where it does. */
  readonly retryAfterInMs?: number

  constructor(code: ServiceErrorCode, message: string, status?: number, retryAfterInMs?: number) {
    super(message)
    this.code = code
    if (status !== undefined) this.status = status
    if (retryAfterInMs !== undefined) this.retryAfterInMs = retryAfterInMs
  }
}
