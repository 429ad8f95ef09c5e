import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkServerIdentity, connect, createServer } from 'node:tls'
import {
  BasicConstraintsExtension,
  PemConverter,
  X509Certificate as PeculiarCertificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { beforeAll, describe, expect, test } from 'vitest'
import { openCertificates } from '../../../emulator/src/tls/certificates.ts'
import { type KeyPair, makeAuthority, makeServer } from '../../../emulator/src/tls/make-certificates.ts'
import { later } from '../../support/cleanup.ts'
import { within } from '../../support/waits.ts'

/** Certificates of earlier releases: valid, but without constraints. */
let unlimited: KeyPair
beforeAll(async () => {
  const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
  const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
  const notAfter = new Date(Date.now() + 1000 * 24 * 60 * 60 * 1000)
  const parts = { name: 'CN=unlimited', notAfter, signingAlgorithm: keyAlgorithm, keys }
  const cert = await X509CertificateGenerator.createSelfSigned({
    ...parts,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), PemConverter.PrivateKeyTag)
  unlimited = { cert: cert.toString('pem'), key }
})

describe('openCertificates()', () => {
  test('makes a CA, and two certificates that it signed: for all names, and for DNS names', async () => {
    const { authority, server } = await openCertificates(undefined, 'my-hub', '192.168.7.7')
    const issuer = new X509Certificate(authority)
    expect(issuer.ca).toBe(true)
    const [forAllNames, forDnsNames] = [server.forAllNames, server.forDnsNames].map(
      ({ cert }) => new X509Certificate(cert),
    )
    for (const certificate of [forAllNames, forDnsNames]) {
      expect(certificate?.ca).toBe(false)
      expect(certificate?.verify(issuer.publicKey)).toBe(true)
      for (const name of ['localhost', 'my-hub']) expect(certificate?.checkHost(name)).toBe(name)
    }
    for (const address of ['127.0.0.1', '::1', '192.168.7.7']) expect(forAllNames?.checkIP(address)).toBe(address)
    expect(forDnsNames?.subjectAltName).toBe('DNS:localhost, DNS:my-hub')
  })

  test('keeps all for the same or fewer names, and replaces all for another name', async () => {
    const folder = await openFolder()
    const first = await openCertificates(folder, 'my-hub', '127.0.0.1')
    expect(await openCertificates(folder, 'my-hub', '127.0.0.1')).toEqual(first)
    expect(await openCertificates(folder, 'localhost', '127.0.0.1')).toEqual(first)
    const renamed = await openCertificates(folder, 'other-hub', '127.0.0.1')
    expect(renamed.authority).not.toBe(first.authority)
    expect(new X509Certificate(renamed.server.forAllNames.cert).checkHost('other-hub')).toBe('other-hub')
  })

  test('shares all among the hubs of a process without a data folder, for the same names', async () => {
    const first = await openCertificates(undefined, 'shared-hub', '127.0.0.1')
    expect(await openCertificates(undefined, 'shared-hub', '127.0.0.1')).toEqual(first)
    const renamed = await openCertificates(undefined, 'renamed-hub', '127.0.0.1')
    expect(renamed.authority).not.toBe(first.authority)
    expect(new X509Certificate(renamed.server.forAllNames.cert).checkHost('renamed-hub')).toBe('renamed-hub')
    expect(await openCertificates(undefined, 'shared-hub', '127.0.0.1')).toEqual(first)
  })

  test('replaces a CA without name constraints', async () => {
    const folder = await openFolder()
    await mkdir(join(folder, 'certificates'))
    await writeFile(join(folder, 'certificates', 'ca.pem'), unlimited.cert)
    await writeFile(join(folder, 'certificates', 'ca-key.pem'), unlimited.key)
    const { authority, server } = await openCertificates(folder, 'localhost', '127.0.0.1')
    expect(authority).not.toBe(unlimited.cert)
    expect(new X509Certificate(server.forAllNames.cert).verify(new X509Certificate(authority).publicKey)).toBe(true)
  })

  test.skipIf(process.platform === 'win32')('makes its keys unreadable for other users', async () => {
    const folder = await openFolder()
    await openCertificates(folder, 'localhost', '127.0.0.1')
    for (const name of ['ca-key.pem', 'server-key.pem', 'server-dns-key.pem']) {
      expect((await stat(join(folder, 'certificates', name))).mode & 0o777).toBe(0o600)
    }
  })
})

describe('the CA', () => {
  test('has critical name constraints', async () => {
    const { cert } = await makeAuthority(['localhost'])
    const { critical } = new PeculiarCertificate(cert).getExtension('2.5.29.30') ?? {}
    expect(critical).toBe(true)
  })

  const names = ['localhost', '127.0.0.1', '::1', 'iot_hub', 'Hub.test', '192.168.7.7', 'fe80::1', '2001:db8:0:1::']

  test.each(names)('is trusted by TLS clients for %s', async (name) => {
    const authority = await makeAuthority(names)
    expect(await connectTo(name, authority, await makeServer(authority, [name]))).toBe('connected')
  })

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.2', '::2', '192.168.7.8', 'my-iot_hub'])(
    'is not believed by TLS clients for %s, even if its key is stolen',
    async (name) => {
      const authority = await makeAuthority(names)
      expect(await connectTo(name, authority, await makeServer(authority, [name]))).toBe('permitted subtree violation')
    },
  )

  test('supports names of up to 253 characters', async () => {
    const long = `${'a'.repeat(60)}.`.repeat(4) + 'example'
    const authority = await makeAuthority([long])
    expect(await connectTo(long, authority, await makeServer(authority, [long]))).toBe('connected')
  })
})

async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
  later(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** @returns `connected`, or the message of the client's error */
async function connectTo(name: string, authority: KeyPair, server: KeyPair): Promise<unknown> {
  const listener = createServer(server, (socket) => void socket.on('error', () => undefined).end())
  listener.on('tlsClientError', () => undefined)
  later(() => listener.close())
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  const { port } = listener.address() as AddressInfo
  const socket = connect({
    host: '127.0.0.1',
    port,
    ca: authority.cert,
    ...(isIP(name) ? {} : { servername: name }),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  })
  later(() => socket.destroy())
  return within(
    'an end of the handshake',
    new Promise((resolve) => {
      socket.once('secureConnect', () => resolve('connected'))
      socket.once('error', (error) => resolve(error.message))
    }),
  )
}
