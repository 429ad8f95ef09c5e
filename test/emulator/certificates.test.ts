import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openCertificates } from '../../emulator/src/tls/certificates.ts'
import { later } from './support.ts'

describe('openCertificates()', () => {
  test('makes a CA and a certificate that it signed, for every name of the hub', async () => {
    const { authority, server } = await openCertificates(undefined, 'my-hub', '192.168.7.7')
    const certificate = new X509Certificate(server.cert)
    const issuer = new X509Certificate(authority)
    expect(issuer.ca).toBe(true)
    expect(certificate.ca).toBe(false)
    expect(certificate.verify(issuer.publicKey)).toBe(true)
    for (const name of ['localhost', 'my-hub']) expect(certificate.checkHost(name)).toBe(name)
    for (const address of ['127.0.0.1', '::1', '192.168.7.7']) expect(certificate.checkIP(address)).toBe(address)
  })

  test('keeps both, and makes a new certificate by the same CA for a new name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
    later(() => rm(folder, { recursive: true, force: true }))
    const first = await openCertificates(folder, 'localhost', '127.0.0.1')
    expect(await openCertificates(folder, 'localhost', '127.0.0.1')).toEqual(first)
    const renamed = await openCertificates(folder, 'my-hub', '127.0.0.1')
    expect(renamed.authority).toBe(first.authority)
    expect(new X509Certificate(renamed.server.cert).checkHost('my-hub')).toBe('my-hub')
  })
})
