import { createPrivateKey, X509Certificate } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder } from '../store/create-folder.ts'
import { type ServerCertificates, isDnsName } from './choose-certificate.ts'
import { isAuthorityFor, isServerFor } from './check-certificates.ts'
import type { KeyPair } from './make-certificates.ts'

export interface Certificates {
  /** PEM of the development CA. */
  readonly authority: string
  /** The file with the CA, if there is a data folder. */
  readonly authorityFile?: string
  readonly server: ServerCertificates
}

/**
 * The server's names. An IPv4 address in IPv6 notation becomes an IPv4 address, without a zone
 * (`%eth0`).
 */
function namesFor(hostName: string, address: string): string[] {
  const reached = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*/, '')
  return [...new Set(['localhost', '127.0.0.1', '::1', hostName, reached])].filter(
    (name) => name !== '0.0.0.0' && name !== '::',
  )
}

/** Keeps certificates with their keys. */
interface PairStore {
  read(name: string): Promise<KeyPair | undefined>
  write(name: string, pair: KeyPair): Promise<void>
}

/**
 * The certificates of the hubs without a data folder, by the names of the hub. The hubs of a
 * process share them, because their creation takes most of the time of a start.
 */
const pairsInMemory = new Map<string, Map<string, KeyPair>>()

/**
 * Loads the development CA and the server's certificates, or creates them: from the data folder, or
 * from the memory of this process. Their dates use the system clock, not the hub's, because clients
 * check them against their own clocks.
 *
 * The CA can sign only for the hub's names, so a hub with another name gets another CA.
 */
export async function openCertificates(
  dataFolder: string | undefined,
  hostName: string,
  address: string,
): Promise<Certificates> {
  const names = namesFor(hostName, address)
  const folder = dataFolder === undefined ? undefined : join(dataFolder, 'certificates')
  const store = folder === undefined ? memoryStore(names) : await folderStore(folder)
  const authority = await openPair(
    store,
    'ca',
    (kept) => isAuthorityFor(kept, names),
    async () => (await import('./make-certificates.ts')).makeAuthority(names),
  )
  const openServer = (name: string, own: readonly string[]): Promise<KeyPair> =>
    openPair(
      store,
      name,
      (kept) => isServerFor(kept, authority, own),
      async () => (await import('./make-certificates.ts')).makeServer(authority, own),
    )
  const server = {
    forAllNames: await openServer('server', names),
    forDnsNames: await openServer('server-dns', names.filter(isDnsName)),
  }
  return { authority: authority.cert, ...(folder && { authorityFile: join(folder, 'ca.pem') }), server }
}

/** Loads a certificate and its key. Creates and writes both if they are missing or do not match. */
async function openPair(
  store: PairStore,
  name: string,
  fits: (kept: KeyPair) => boolean,
  make: () => Promise<KeyPair>,
): Promise<KeyPair> {
  const kept = await store.read(name)
  if (kept !== undefined && fits(kept)) return kept
  const made = await make()
  await store.write(name, made)
  return made
}

function memoryStore(names: readonly string[]): PairStore {
  const key = names.join(' ')
  const pairs = pairsInMemory.get(key) ?? new Map<string, KeyPair>()
  pairsInMemory.set(key, pairs)
  return {
    read: async (name) => pairs.get(name),
    async write(name, pair) {
      pairs.set(name, pair)
    },
  }
}

async function folderStore(folder: string): Promise<PairStore> {
  await createFolder(folder)
  return { read: (name) => readPair(folder, name), write: (name, pair) => writePair(folder, name, pair) }
}

async function readPair(folder: string, name: string): Promise<KeyPair | undefined> {
  let pair: KeyPair
  try {
    const [cert, key] = await Promise.all(
      ['.pem', '-key.pem'].map((ending) => readFile(join(folder, name + ending), 'utf8')),
    )
    pair = { cert: cert ?? '', key: key ?? '' }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  checkPem(folder, `${name}.pem`, 'a certificate', () => new X509Certificate(pair.cert))
  checkPem(folder, `${name}-key.pem`, 'a private key', () => createPrivateKey(pair.key))
  return pair
}

/** @throws Error names the file, because the error of OpenSSL does not */
function checkPem(folder: string, name: string, expected: string, parse: () => unknown): void {
  try {
    parse()
  } catch (error) {
    throw new Error(
      `${join(folder, name)} is damaged; expected ${expected} in PEM. Delete the folder ${folder}; the hub then makes new certificates, with another CA.`,
      { cause: error },
    )
  }
}

/**
 * Writes the key first, and each file atomically. An interrupted start must not leave a certificate
 * without its key.
 */
async function writePair(folder: string, name: string, { cert, key }: KeyPair): Promise<void> {
  await writeAtomically(join(folder, `${name}-key.pem`), key, 0o600)
  await writeAtomically(join(folder, `${name}.pem`), cert, 0o644)
}

async function writeAtomically(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(`${file}.new`, 'w', mode)
  try {
    await handle.chmod(mode)
    await handle.writeFile(text)
    // Without this, a power failure may leave an empty file under the new name.
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
}
