import { isIP } from 'node:net'
import { type TlsOptions, createSecureContext } from 'node:tls'
import type { KeyPair } from './make-certificates.ts'

/** The server's certificates, both signed by the development CA. */
export interface ServerCertificates {
  readonly forAllNames: KeyPair
  readonly forDnsNames: KeyPair
}

/**
 * Chooses the server's certificate by the name in the client's SNI (RFC 6066 §3).
 *
 * The development CA has name constraints for DNS names and for IP addresses. BoringSSL (Bun) does
 * not implement constraints for IP addresses, and refuses a certificate that has IP addresses
 * ("unsupported name constraint type"). So a client that connects by a DNS name gets a certificate
 * with DNS names only. A client that connects by an IP address sends no SNI.
 */
export function chooseBySni({
  forAllNames,
  forDnsNames,
}: ServerCertificates): Pick<TlsOptions, 'cert' | 'key' | 'SNICallback'> {
  const context = createSecureContext({ cert: forDnsNames.cert, key: forDnsNames.key })
  return {
    cert: forAllNames.cert,
    key: forAllNames.key,
    // Without a context, Node uses `cert` and `key`. Some clients send an IP address in spite of
    // RFC 6066.
    SNICallback: (name, callback) => callback(null, isDnsName(name) ? context : undefined),
  }
}

export function isDnsName(name: string): boolean {
  return isIP(name) === 0
}
