import { X509Certificate } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { generate } from 'selfsigned'

/** A certificate and its private key, PEM. */
interface KeyPair {
  readonly cert: string
  readonly key: string
}

export interface Certificates {
  /** PEM of the development CA. */
  readonly authority: string
  /** Where it is kept. */
  readonly authorityFile?: string
  /** What the server shows: its own certificate and its key. */
  readonly server: KeyPair
}

const day = 24 * 60 * 60 * 1000
const authorityDays = 3650
/** Apple's systems refuse server certificates that are valid for longer. */
const serverDays = 397
const renewBeforeDays = 30

/** The names that the server answers to. */
function namesFor(hostName: string, address: string): string[] {
  return [...new Set(['localhost', '127.0.0.1', '::1', hostName, address])].filter(
    (name) => name !== '0.0.0.0' && name !== '::',
  )
}

/**
 * A development CA and a certificate for this machine, made when first needed and kept in the data folder. Real time is used, not the hub's
 * clock: clients check certificates by theirs.
 */
export async function openCertificates(
  dataFolder: string | undefined,
  hostName: string,
  address: string,
): Promise<Certificates> {
  const names = namesFor(hostName, address)
  if (dataFolder === undefined) {
    const authority = await makeAuthority()
    return { authority: authority.cert, server: await makeServer(authority, names) }
  }
  const folder = join(dataFolder, 'certificates')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const kept = await readPair(folder, 'ca')
  const authority = kept !== undefined && isValid(kept) ? kept : await makeAuthority()
  if (authority !== kept) await writePair(folder, 'ca', authority)
  const keptServer = await readPair(folder, 'server')
  const server =
    keptServer !== undefined && serves(keptServer, authority, names) ? keptServer : await makeServer(authority, names)
  if (server !== keptServer) await writePair(folder, 'server', server)
  return { authority: authority.cert, authorityFile: join(folder, 'ca.pem'), server }
}

async function makeAuthority(): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: 'hubtwin development CA' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...validity(authorityDays),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  })
  return { cert: made.cert, key: made.private }
}

async function makeServer(authority: KeyPair, names: readonly string[]): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...validity(serverDays),
    ca: authority,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  })
  return { cert: made.cert, key: made.private }
}

/** From a day ago, so that a client whose clock is behind trusts it too. */
function validity(days: number): { notBeforeDate: Date; notAfterDate: Date } {
  const now = Date.now()
  return { notBeforeDate: new Date(now - day), notAfterDate: new Date(now - day + days * day) }
}

function isValid({ cert }: KeyPair): boolean {
  return Date.parse(new X509Certificate(cert).validTo) > Date.now() + renewBeforeDays * day
}

function serves(pair: KeyPair, authority: KeyPair, names: readonly string[]): boolean {
  const certificate = new X509Certificate(pair.cert)
  return (
    isValid(pair) &&
    certificate.verify(new X509Certificate(authority.cert).publicKey) &&
    names.every((name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined)
  )
}

async function readPair(folder: string, name: string): Promise<KeyPair | undefined> {
  try {
    const [cert, key] = await Promise.all(
      ['.pem', '-key.pem'].map((ending) => readFile(join(folder, name + ending), 'utf8')),
    )
    return { cert: cert ?? '', key: key ?? '' }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** The key first, each file whole or not at all: a start that is cut short must not leave a certificate without its key. */
async function writePair(folder: string, name: string, { cert, key }: KeyPair): Promise<void> {
  await writeWhole(join(folder, `${name}-key.pem`), key, 0o600)
  await writeWhole(join(folder, `${name}.pem`), cert, 0o644)
}

async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  await writeFile(`${file}.new`, text, { mode })
  await chmod(`${file}.new`, mode)
  await rename(`${file}.new`, file)
}
