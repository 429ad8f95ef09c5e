/** IoT Hub's name of an error (docs/protocol/protocol.md §4.4, §6.3). */
export type RefusalName = keyof typeof CODES

const CODES = {
  ArgumentInvalid: { status: 400, number: 400004 },
  InvalidProtocolVersion: { status: 400, number: 400001 },
  InvalidOperation: { status: 400, number: 400003 },
  IotHubFormatError: { status: 400, number: 400006 },
  DeviceDefinedMultipleTimes: { status: 400, number: 400011 },
  // The names are those of the enumeration ErrorDetails.code in the service API. No source has
  // their numbers, so these are the generic numbers of each status.
  InvalidConfigurationTargetCondition: { status: 400, number: 400000 },
  InvalidConfigurationContent: { status: 400, number: 400000 },
  InvalidConfigurationCustomMetricsQuery: { status: 400, number: 400000 },
  CannotModifyImmutableConfigurationContent: { status: 400, number: 400000 },
  IotHubUnauthorizedAccess: { status: 401, number: 401002 },
  IotHubQuotaExceeded: { status: 403, number: 403002 },
  JobQuotaExceeded: { status: 403, number: 403003 },
  DeviceMaximumQueueDepthExceeded: { status: 403, number: 403004 },
  DeviceNotFound: { status: 404, number: 404001 },
  JobNotFound: { status: 404, number: 404002 },
  ModuleNotFound: { status: 404, number: 404010 },
  DeviceNotOnline: { status: 404, number: 404103 },
  ResourceNotFound: { status: 404, number: 404000 },
  ConfigurationNotFound: { status: 404, number: 404000 },
  DeviceAlreadyExists: { status: 409, number: 409001 },
  JobAlreadyExists: { status: 409, number: 409007 },
  ModuleAlreadyExistsOnDevice: { status: 409, number: 409301 },
  ConfigurationAlreadyExists: { status: 409, number: 409000 },
  PreconditionFailed: { status: 412, number: 412001 },
  RequestEntityTooLarge: { status: 413, number: 413001 },
  ConfigurationCountLimitExceeded: { status: 413, number: 413000 },
  ThrottlingException: { status: 429, number: 429001 },
  ServerError: { status: 500, number: 500001 },
  NotImplemented: { status: 501, number: 501001 },
  BadDeviceResponse: { status: 502, number: 502001 },
  ServiceUnavailable: { status: 503, number: 503001 },
  GatewayTimeout: { status: 504, number: 504101 },
} as const

/**
 * A request that the hub refuses, with the name, the HTTP status and the number of IoT Hub
 * (docs/protocol/protocol.md §4.4, §6.3). REST and MQTT each put it into the body that their
 * clients expect.
 * @example
 * ```ts
 * import { Refusal, type RefusalName, startHub } from 'hubtwin-emulator'
 *
 * const expected: RefusalName = 'DeviceNotFound'
 * const hub = await startHub()
 * try {
 *   hub.twin('no-such-device')
 * } catch (error) {
 *   if (!(error instanceof Refusal) || error.code !== expected) throw error
 *   console.log(error.status, error.number) // 404 404001
 * }
 * await hub.close()
 * ```
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalName
  readonly status: number
  readonly number: number

  constructor(code: RefusalName, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.status = CODES[code].status
    this.number = CODES[code].number
  }
}

/**
 * The refusal that a client gets for an error.
 *
 * @param onError gets a failure of the hub itself, which the client must not see: an error that is
 *   no refusal, or the cause of a refusal
 */
export function refusalFor(error: unknown, onError: (cause: unknown) => void): Refusal {
  const cause = error instanceof Refusal ? error.cause : error
  if (cause !== undefined) onError(cause)
  return error instanceof Refusal ? error : new Refusal('ServerError', 'The hub failed')
}

/** The refusal for a bare HTTP status, such as the status of an injected fault. */
export function refusalForStatus(status: number): Refusal {
  const [code, message] = GENERAL.get(status) ?? ['ServerError', `Answered with status ${status}`]
  return new Refusal(code, message)
}

/** The most general name of each status, with its message. */
const GENERAL: ReadonlyMap<number, readonly [RefusalName, string]> = new Map([
  [400, ['ArgumentInvalid', 'The request is not valid']],
  [401, ['IotHubUnauthorizedAccess', 'Unauthorized']],
  [403, ['IotHubQuotaExceeded', 'A quota of the hub is used up']],
  [404, ['DeviceNotFound', 'The device is not registered']],
  [409, ['DeviceAlreadyExists', 'A device with this ID is already registered']],
  [412, ['PreconditionFailed', 'The precondition of the request does not hold']],
  [413, ['RequestEntityTooLarge', 'The request is too large']],
  [429, ['ThrottlingException', 'The hub is throttling this client']],
  [500, ['ServerError', 'The hub failed']],
  [501, ['NotImplemented', 'The hub does not implement this']],
  [502, ['BadDeviceResponse', 'The response of the device is not valid']],
  [503, ['ServiceUnavailable', 'The hub is not available']],
  [504, ['GatewayTimeout', 'The device did not respond in time']],
])
