/**
 * Why a request to the hub failed. The set is closed; a program may switch on it.
 *
 * - `ERR_UNREACHABLE`: no connection to the hub
 * - `ERR_CERTIFICATE`: this machine does not trust the hub's certificate
 * - `ERR_TIMEOUT`: no response within the deadline; whether the hub acted is unknown
 * - `ERR_UNAUTHORIZED`: the policy or its key is wrong, or the policy lacks the right
 * - `ERR_NOT_FOUND`: the device, module, or hub does not exist
 * - `ERR_CONFLICT`: the twin changed first, or the device already exists
 * - `ERR_BAD_REQUEST`: the hub rejects the request, and would reject it again
 * - `ERR_THROTTLED`: too many requests; try later
 * - `ERR_HUB`: the hub responded with 5xx
 * - `ERR_NOT_CONNECTED`: the device of a method call is not connected, or handles no methods
 * - `ERR_NO_RESPONSE`: the device did not respond to a method call in time
 * - `ERR_BAD_RESPONSE`: the device responded to a method call with something other than JSON
 * - `ERR_PROTOCOL`: the response makes no sense; perhaps the server is not an IoT hub
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
  | 'ERR_NOT_CONNECTED'
  | 'ERR_NO_RESPONSE'
  | 'ERR_BAD_RESPONSE'
  | 'ERR_PROTOCOL'

/**
 * A failure of the network or the hub. Its message is a single line and never holds a key or a
 * signature.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: ServiceErrorCode
  /** The hub's HTTP status, if it responded. */
  readonly status?: number
  /** The wait that the hub asks for, if any. */
  readonly retryAfterInMs?: number
  /** The hub's own name of the error, such as `ConfigurationCountLimitExceeded`. */
  readonly hubCode?: string

  /** The system error, such as `ECONNRESET`, if the hub did not respond. */
  readonly systemCode?: string

  constructor(
    code: ServiceErrorCode,
    message: string,
    status?: number,
    retryAfterInMs?: number,
    hubCode?: string,
    systemCode?: string,
  ) {
    super(message)
    this.code = code
    if (status !== undefined) this.status = status
    if (retryAfterInMs !== undefined) this.retryAfterInMs = retryAfterInMs
    if (hubCode !== undefined) this.hubCode = hubCode
    if (systemCode !== undefined) this.systemCode = systemCode
  }
}
