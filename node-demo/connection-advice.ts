import type { TwinError } from 'hubtwin'
import { givenConnectionString } from './environment.ts'

/**
 * The codes of Node for a certificate that it does not trust (Node.js: TLS, X509 certificate error
 * codes).
 */
const UNTRUSTED = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_)/

/** The client speaks TLS to a port without TLS, so OpenSSL reads another protocol as a record. */
const NO_TLS = /^(EPROTO$|ERR_SSL_)/

/** The name of the hub does not resolve (Node.js: common system errors). */
const NO_NAME: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN'])

/** The `WebSocket` of Deno and Bun gives no reason for any failure. */
const HAS_NO_REASONS = 'Deno' in globalThis || 'Bun' in globalThis

/** Returns advice for a connection that fails because no hub answers, or because of TLS. */
export function connectionAdvice(error: TwinError): string | undefined {
  const given = givenConnectionString()
  if (error.code !== 'ERR_UNREACHABLE' || given === '') return undefined
  const code = codeOf(error)
  if (code === 'ECONNREFUSED' && /HostName=(localhost|127\.0\.0\.1)\b/.test(given)) {
    return 'No hub runs at this address of your machine; start one in another terminal: npm run emulator'
  }
  if (code !== undefined && NO_NAME.has(code)) return 'Check the HostName in the connection string, and the network'
  return tlsAdvice(code, given)
}

/** Advice for the certificate of the hub, for a port without TLS, and for a port with TLS. */
function tlsAdvice(code: string | undefined, given: string): string | undefined {
  if (given.includes('UseDevelopmentEmulator=true')) {
    // The local hub answers 400 there, for which mqtt.js and ws have no code.
    const mayBeTls = code === undefined ? !HAS_NO_REASONS : code === 'ECONNRESET'
    return mayBeTls
      ? "If this is the hub's port with TLS, remove UseDevelopmentEmulator=true from the connection string"
      : undefined
  }
  if (code !== undefined && NO_TLS.test(code)) {
    return 'This port of the hub has no TLS: add ;UseDevelopmentEmulator=true to the connection string of a local hub'
  }
  // Node gives a code for every failure of TLS.
  const mayBeUntrusted = code === undefined ? HAS_NO_REASONS : UNTRUSTED.test(code)
  if (!mayBeUntrusted) return undefined
  const name = 'Deno' in globalThis ? 'DENO_CERT' : 'NODE_EXTRA_CA_CERTS'
  const problem =
    code === undefined ? 'If the hub runs, its certificate may not be trusted' : "The hub's certificate is not trusted"
  return `${problem}: set ${name} to the file of its certificate authority, which the local hub prints as "CA"`
}

/** Finds the code of Node in an error or its causes. */
function codeOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause !== error && 'code' in cause && typeof cause.code === 'string') return cause.code
  }
  return undefined
}
