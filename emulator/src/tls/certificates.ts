import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type KeyPair, isAuthorityFor, isServerFor, makeAuthority, makeServer } from './make-certificates.ts'

export interface Certificates {
  /** PEM of the development CA. */
  readonly authority: string
  /** The file with the CA, if there is a data folder. */
  readonly authorityFile?: string
  /** The certificate of the server and its key. */
  readonly server: KeyPair
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

/**
 * Loads the development CA and the server's certificate from the data folder, or creates them.
 * Their dates use the system clock, not the hub's, because clients check them against their own
 * clocks.
 *
 * The CA can sign only for the hub's names, so a hub with another name gets another CA.
 */
export async function openCertificates(
  dataFolder: string | undefined,
  hostName: string,
  address: string,
): Promise<Certificates> {
  const names = namesFor(hostName, address)
  if (dataFolder === undefined) {
    const authority = await makeAuthority(names)
    return { authority: authority.cert, server: await makeServer(authority, names) }
  }
  const folder = join(dataFolder, 'certificates')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const kept = await readPair(folder, 'ca')
  const authority = kept !== undefined && isAuthorityFor(kept, names) ? kept : await makeAuthority(names)
  if (authority !== kept) await writePair(folder, 'ca', authority)
  const keptServer = await readPair(folder, 'server')
  const server =
    keptServer !== undefined && isServerFor(keptServer, authority, names)
      ? keptServer
      : await makeServer(authority, names)
  if (server !== keptServer) await writePair(folder, 'server', server)
  return { authority: authority.cert, authorityFile: join(folder, 'ca.pem'), server }
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
