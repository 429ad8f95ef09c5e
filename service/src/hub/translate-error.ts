import { readHubMessage } from './hub-message.ts'
import { ServiceError, type ServiceErrorCode } from './service-error.ts'

/**
 * The parts of an azure-iothub error: it carries the HTTP response. Node's own errors pass through
 * unchanged.
 */
interface SdkError {
  readonly code?: unknown
  readonly message?: unknown
  /** The whole body. The SDK's message ends at the second semicolon of the hub's message. */
  readonly responseBody?: unknown
  readonly response?: { readonly statusCode?: unknown; readonly headers?: Readonly<Record<string, unknown>> }
}

const UNREACHABLE: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
])

const CERTIFICATE: ReadonlySet<unknown> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** The client speaks TLS to a port without TLS, so OpenSSL reads another protocol as a record. */
const NO_TLS = /^(EPROTO$|ERR_SSL_)/

/**
 * Translates an error of azure-iothub, by its structure.
 *
 * The SDK's own classes do not help: 403 is a TooManyDevicesError for any cause, and a missing
 * module is a plain Error.
 *
 * @param authority the hub, as host or host:port
 */
export function translateError(error: unknown, authority: string): ServiceError {
  if (error instanceof ServiceError) return error
  const { code, response, responseBody } = error as SdkError
  if (typeof response?.statusCode === 'number') {
    const { statusCode: status, headers = {} } = response
    const [meaningCode, meaning] = meaningOf(status)
    const { message, code: codeOfBody } = readHubMessage(
      typeof responseBody === 'string' && responseBody !== '' ? responseBody : textOf(error),
    )
    const hubCode = hubCodeOf(headers['iothub-errorcode']) ?? codeOfBody
    // The local hub gives the reason. IoT Hub says only "Unauthorized".
    const reason = /^Unauthorized: (.+)/s.exec(message)?.[1]
    const name = hubCode === undefined ? '' : ` (${hubCode})`
    return new ServiceError(
      meaningCode,
      `${authority} answered ${status}${name}${reason === undefined ? `, ${meaning}` : ''}: ${shorten(reason ?? message)}`,
      status,
      retryAfterInMs(headers['retry-after']),
      hubCode,
    )
  }
  if (CERTIFICATE.has(code)) {
    return new ServiceError(
      'ERR_CERTIFICATE',
      `The certificate of ${authority} is not trusted (${String(code)}); NODE_EXTRA_CA_CERTS names a file with more authorities`,
    )
  }
  if (NO_TLS.test(String(code))) {
    return new ServiceError(
      'ERR_PROTOCOL',
      `The port of ${authority} has no TLS (${String(code)}); add ;UseDevelopmentEmulator=true to the connection string of a local hub`,
    )
  }
  if (UNREACHABLE.has(code)) {
    const text = `No hub answers at ${authority} (${String(code)})`
    return new ServiceError('ERR_UNREACHABLE', text, undefined, undefined, undefined, String(code))
  }
  return new ServiceError(
    'ERR_PROTOCOL',
    `The server at ${authority} does not answer like an IoT hub: ${shorten(textOf(error))}`,
  )
}

function hubCodeOf(header: unknown): string | undefined {
  return typeof header === 'string' && /^\w{1,100}$/.test(header) ? header : undefined
}

/**
 * Converts `Retry-After` from seconds to milliseconds. RFC 9110 §10.2.3 also allows dates, which
 * hubs do not send.
 */
function retryAfterInMs(header: unknown): number | undefined {
  return typeof header === 'string' && /^\d{1,5}$/.test(header) ? Number(header) * 1000 : undefined
}

function meaningOf(status: number): readonly [ServiceErrorCode, string] {
  switch (status) {
    case 401:
    case 403:
      return ['ERR_UNAUTHORIZED', 'the policy lacks the right or its key is wrong']
    case 404:
      return ['ERR_NOT_FOUND', 'not found']
    case 408:
      return ['ERR_TIMEOUT', 'the hub timed out']
    case 409:
    case 412:
      return ['ERR_CONFLICT', 'changed in the meantime, or it already exists']
    case 429:
      return ['ERR_THROTTLED', 'too many requests']
    default:
      return status >= 500 ? ['ERR_HUB', 'the hub failed'] : ['ERR_BAD_REQUEST', 'bad request']
  }
}

function textOf(error: unknown): string {
  return String((error as SdkError).message ?? error)
}

/**
 * Returns the hub's message on a single line, at most 200 characters: a proxy may send a whole
 * page.
 */
function shorten(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
