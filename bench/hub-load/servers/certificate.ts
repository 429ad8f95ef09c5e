import { openCertificates } from '../../../emulator/src/tls/certificates.ts'
import type { Certificate } from './aedes-process.ts'

/** A certificate for the brokers. The hub has its own. */
export async function brokerCertificate(): Promise<Certificate & { ca: string }> {
  const { server, authority } = await openCertificates(undefined, 'localhost', '127.0.0.1')
  return { ...server.forDnsNames, ca: authority }
}
