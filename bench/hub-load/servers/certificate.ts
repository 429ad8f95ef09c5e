import { generate } from 'selfsigned'
import type { Certificate } from './aedes-process.ts'

/** For the brokers; the hub has its own. It vouches for itself. */
export async function selfSignedCertificate(): Promise<Certificate & { ca: string }> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  })
  return { cert, key, ca: cert }
}
