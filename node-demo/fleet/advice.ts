import { HUB_COMMAND } from './invocation.ts'
import type { FailureSample } from './thread-messages.ts'

/** System error codes for an unreachable hub (Node.js: Errors, common system errors). */
const MISSING: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * The codes of Node for a certificate that it does not trust (Node.js: TLS, X509 certificate
 * errors).
 */
const UNTRUSTED = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_)/

/** The client speaks TLS to a port without TLS. */
const NO_TLS = /^(EPROTO$|ERR_SSL_)/

/** The local hub answers 400 on its port with TLS to a client without TLS. The text is from ws. */
function isBadRequest({ message }: FailureSample): boolean {
  return message.includes('Unexpected server response: 400')
}

/** Whether a retry cannot succeed for the first devices. */
export function isHopeless(failure: FailureSample): boolean {
  const { code, cause } = failure
  if (code === 'ERR_UNAUTHORIZED' || code === 'ERR_TOKEN' || isBadRequest(failure)) return true
  return cause !== undefined && (MISSING.has(cause) || UNTRUSTED.test(cause) || NO_TLS.test(cause))
}

/** @param isLocal the hub is on this machine */
export function adviceFor(failure: FailureSample, isLocal: boolean): string | undefined {
  const { code, cause } = failure
  if (isLocal && isBadRequest(failure)) {
    return "If this is the hub's port with TLS, remove UseDevelopmentEmulator=true from the connection string"
  }
  if (cause === 'EMFILE' || cause === 'ENFILE') return 'Too many open files: raise the limit with "ulimit -n"'
  if (cause === 'EADDRNOTAVAIL') {
    return 'This machine has no free port left to the hub: spread the fleet over containers with --from and --to'
  }
  if (cause !== undefined && UNTRUSTED.test(cause)) {
    return "The hub's certificate is not trusted: set NODE_EXTRA_CA_CERTS to the file of its certificate authority"
  }
  if (cause !== undefined && NO_TLS.test(cause)) {
    return 'This port of the hub has no TLS: add ;UseDevelopmentEmulator=true to the connection string of a local hub'
  }
  if (cause !== undefined && MISSING.has(cause)) {
    return isLocal
      ? `No local hub is running; start one in another terminal: ${HUB_COMMAND}`
      : 'Check the HostName of the connection string, and the network'
  }
  if (code === 'ERR_UNAUTHORIZED') {
    return 'With --create, missing devices are registered. A throttled hub rejects connections in the same way'
  }
  return undefined
}
