import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { KeyPair } from './make-certificates.ts'
import { permits } from './name-constraints.ts'

const DAY_IN_MS = 24 * 60 * 60 * 1000
const RENEW_BEFORE_DAYS = 30

/** Whether a CA is valid long enough, and its name constraints permit these names. */
export function isAuthorityFor({ cert }: KeyPair, names: readonly string[]): boolean {
  const certificate = new X509Certificate(cert)
  return isValid(certificate) && permits(certificate.raw, names)
}

/** Whether the CA signed the certificate, and it is valid long enough and for these names. */
export function isServerFor({ cert }: KeyPair, authority: KeyPair, names: readonly string[]): boolean {
  const certificate = new X509Certificate(cert)
  return (
    isValid(certificate) &&
    certificate.verify(new X509Certificate(authority.cert).publicKey) &&
    names.every((name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined)
  )
}

function isValid({ validTo }: X509Certificate): boolean {
  return Date.parse(validTo) > Date.now() + RENEW_BEFORE_DAYS * DAY_IN_MS
}
