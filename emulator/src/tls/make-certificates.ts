import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { nameConstraints, NAME_CONSTRAINTS_ID } from './name-constraints.ts'

// The library takes 130 ms of CPU time to load, so the hub imports this module only to make a
// certificate.

/** A certificate and its private key, PEM. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

const DAY = 24 * 60 * 60 * 1000
const AUTHORITY_DAYS = 3650
/** Apple's systems refuse server certificates that are valid for longer. */
const SERVER_DAYS = 397

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** @param names the names that the CA may sign for */
export async function makeAuthority(names: readonly string[]): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify'])
  const cert = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['hubtwin development CA'] }],
    ...validity(AUTHORITY_DAYS),
    signingAlgorithm: KEY_ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      new Extension(NAME_CONSTRAINTS_ID, true, new Uint8Array(nameConstraints(names))),
    ],
  })
  return { cert: pem(cert), key: await pemOfKey(keys.privateKey) }
}

export async function makeServer(authority: KeyPair, names: readonly string[]): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify'])
  const issuer = new X509Certificate(authority.cert)
  const signingKey = await crypto.subtle.importKey(
    'pkcs8',
    PemConverter.decodeFirst(authority.key),
    KEY_ALGORITHM,
    false,
    ['sign'],
  )
  const cert = await X509CertificateGenerator.create({
    // Not a host name, because OpenSSL would check it against the name constraints.
    subject: [{ CN: ['hubtwin development hub'] }],
    issuer: issuer.subject,
    ...validity(SERVER_DAYS),
    signingAlgorithm: KEY_ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) ? ('ip' as const) : ('dns' as const), value: name })),
      ),
      // Python 3.13 refuses certificates without this extension (Python documentation:
      // ssl.VERIFY_X509_STRICT).
      await AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: pem(cert), key: await pemOfKey(keys.privateKey) }
}

/** Starts a day ago, so that a client with a slow clock trusts the certificate too. */
function validity(days: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now()
  return { notBefore: new Date(now - DAY), notAfter: new Date(now - DAY + days * DAY) }
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`
}

async function pemOfKey(key: Parameters<typeof crypto.subtle.exportKey>[1]): Promise<string> {
  return `${PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), PemConverter.PrivateKeyTag)}\n`
}
