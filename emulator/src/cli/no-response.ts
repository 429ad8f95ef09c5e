import { DEVELOPMENT_PORTS } from '../hub/development-device.ts'

/** Why a request got no response. */
export interface NoResponse {
  /** The reason for an error message, with advice if the cause is known. */
  readonly reason: string
  /** Whether another attempt would end in the same way. */
  readonly isFinal: boolean
}

/**
 * The codes of Node for a certificate that it does not trust (Node.js: TLS, X509 certificate error
 * codes).
 */
const UNTRUSTED = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_)/

/** TLS reaches a port without TLS: OpenSSL reads an HTTP response, or nothing, as a record. */
const NO_TLS = /^(EPROTO|ERR_SSL_)/

/**
 * A server closed the connection. A port with TLS does so when it reads HTTP, and a port for MQTT
 * when it reads HTTP over TLS.
 */
const CLOSED: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET'])

/**
 * Explains the response of a server that is no ready hub.
 *
 * @param message of the body. A port with TLS answers HTTP without TLS with 400
 */
export function explainForeignResponse(url: URL, status: number, message: string | undefined): NoResponse {
  if (status === 400 && message?.includes('It speaks MQTT') === true) {
    const example = `http://localhost:${DEVELOPMENT_PORTS.plain}`
    return {
      reason: `the port speaks MQTT, not HTTP: use the URL that the hub prints as "Without TLS", such as ${example}`,
      isFinal: true,
    }
  }
  if (status === 400 && message?.startsWith('This port has TLS') === true) {
    return { reason: `the port has TLS: use https://${url.host} (${status})`, isFinal: true }
  }
  return { reason: `it answers ${status}; is it a hubtwin-emulator?`, isFinal: false }
}

/**
 * Explains an error of `fetch`, whose cause is the system error.
 *
 * @param url of the request
 */
export function explainNoResponse(url: URL, error: unknown): NoResponse {
  const cause: unknown = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (UNTRUSTED.test(code)) {
    const advice = 'its certificate is not trusted: set NODE_EXTRA_CA_CERTS to the file that the hub prints as "CA"'
    return { reason: `${advice} (${code})`, isFinal: true }
  }
  if (url.protocol === 'https:' && NO_TLS.test(code)) {
    return { reason: `the port has no TLS: use http://${url.host} (${code})`, isFinal: true }
  }
  if (url.protocol === 'http:' && CLOSED.has(code)) {
    return {
      reason: `the server closed the connection; if this is its port with TLS, use https://${url.host} (${code})`,
      isFinal: false,
    }
  }
  if (url.protocol === 'https:' && CLOSED.has(code)) {
    return {
      reason: `the server closed the connection; if this is its port for MQTT, use the https URL that the hub prints as "With TLS" (${code})`,
      isFinal: false,
    }
  }
  // Every browser refuses these ports too (Fetch Standard: port blocking).
  if (code === '' && messageOf(cause) === 'bad port') {
    return { reason: `no HTTP client connects to port ${url.port}, which another protocol uses`, isFinal: true }
  }
  return { reason: code === '' ? messageOf(cause) : code, isFinal: false }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
