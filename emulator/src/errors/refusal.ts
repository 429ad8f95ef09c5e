/**
 * A request that the hub refuses. The names, HTTP statuses and numbers are IoT Hub's (docs/protocol/protocol.md §4.4 and §6.3); every border
 * (REST, MQTT) gives it the shape that its clients expect.
 */
export type RefusalName = keyof typeof codes

const codes = {
  ArgumentInvalid: { status: 400, number: 400004 },
  InvalidProtocolVersion: { status: 400, number: 400001 },
  InvalidOperation: { status: 400, number: 400003 },
  IotHubFormatError: { status: 400, number: 400006 },
  DeviceDefinedMultipleTimes: { status: 400, number: 400011 },
  IotHubUnauthorizedAccess: { status: 401, number: 401002 },
  IotHubQuotaExceeded: { status: 403, number: 403002 },
  JobQuotaExceeded: { status: 403, number: 403003 },
  DeviceMaximumQueueDepthExceeded: { status: 403, number: 403004 },
  DeviceNotFound: { status: 404, number: 404001 },
  JobNotFound: { status: 404, number: 404002 },
  ModuleNotFound: { status: 404, number: 404010 },
  DeviceNotOnline: { status: 404, number: 404103 },
  ResourceNotFound: { status: 404, number: 404000 },
  DeviceAlreadyExists: { status: 409, number: 409001 },
  JobAlreadyExists: { status: 409, number: 409007 },
  ModuleAlreadyExistsOnDevice: { status: 409, number: 409301 },
  PreconditionFailed: { status: 412, number: 412001 },
  RequestEntityTooLarge: { status: 413, number: 413001 },
  ThrottlingException: { status: 429, number: 429001 },
  ServerError: { status: 500, number: 500001 },
  NotImplemented: { status: 501, number: 501001 },
  BadDeviceResponse: { status: 502, number: 502001 },
  ServiceUnavailable: { status: 503, number: 503001 },
  GatewayTimeout: { status: 504, number: 504101 },
} as const

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalName
  readonly status: number
  readonly number: number

  constructor(code: RefusalName, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.status = codes[code].status
    this.number = codes[code].number
  }
}

/** The refusal for whatever went wrong, and the fault of the hub itself behind it where there is one. */
export function refusalFor(error: unknown): { readonly refusal: Refusal; readonly fault?: unknown } {
  if (!(error instanceof Refusal)) return { refusal: new Refusal('ServerError', 'The hub failed'), fault: error }
  return error.cause === undefined ? { refusal: error } : { refusal: error, fault: error.cause }
}

/** The refusal that stands for an HTTP status, where only the status is known (a fault that answers with 429). */
export function refusalForStatus(status: number): Refusal {
  const match = (Object.keys(codes) as RefusalName[]).find((name) => codes[name].status === status)
  return new Refusal(match ?? 'ServerError', match === undefined ? `Answered with status ${status}` : sentence[match])
}

const sentence: Record<RefusalName, string> = {
  ArgumentInvalid: 'The request is not valid',
  InvalidProtocolVersion: 'The version of the API is unknown',
  InvalidOperation: 'The operation is not possible now',
  IotHubFormatError: 'The request is not well formed',
  DeviceDefinedMultipleTimes: 'A device is named more than once',
  IotHubUnauthorizedAccess: 'Unauthorized',
  IotHubQuotaExceeded: 'A quota of the hub is used up',
  JobQuotaExceeded: 'There are too many jobs',
  DeviceMaximumQueueDepthExceeded: 'The queue of the device is full',
  DeviceNotFound: 'The device is not registered',
  JobNotFound: 'There is no such job',
  ModuleNotFound: 'The module is not registered',
  DeviceNotOnline: 'The device is not connected',
  ResourceNotFound: 'There is nothing at this address',
  DeviceAlreadyExists: 'A device with this id is already registered',
  JobAlreadyExists: 'A job with this id exists already',
  ModuleAlreadyExistsOnDevice: 'A module with this id is already registered on the device',
  PreconditionFailed: 'The precondition of the request does not hold',
  RequestEntityTooLarge: 'The request is too large',
  ThrottlingException: 'The hub is throttling this client',
  ServerError: 'The hub failed',
  NotImplemented: 'The hub does not implement this',
  BadDeviceResponse: 'The device has answered what it should not',
  ServiceUnavailable: 'The hub is not available',
  GatewayTimeout: 'The device has not answered in time',
}
