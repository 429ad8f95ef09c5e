import { once } from 'node:events'
import { request } from 'node:https'
import { type PeerCertificate, type TLSSocket, connect } from 'node:tls'
import { describe, expect } from 'vitest'
import type { Hub } from '../../../emulator/src/index.ts'
import { later } from '../../support/cleanup.ts'
import { hubTest } from '../../support/hub-test.ts'
import { within } from '../../support/waits.ts'

const test = hubTest({ hostName: 'hub.test' })
const testOfLocalhost = hubTest()

const ALL_NAMES = 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:hub.test'
const DNS_NAMES = 'DNS:localhost, DNS:hub.test'

/** @param sni undefined to send none */
async function certificateFor(hub: Hub, port: number, sni: string | undefined): Promise<PeerCertificate> {
  const socket: TLSSocket = connect({
    host: '127.0.0.1',
    port,
    ca: hub.certificateAuthority,
    ...(sni !== undefined && { servername: sni }),
    // The certificate is the subject of the test, and the chain is still verified.
    checkServerIdentity: () => undefined,
  })
  later(() => socket.destroy())
  await within('the TLS handshake', once(socket, 'secureConnect'))
  expect(socket.authorized).toBe(true)
  return socket.getPeerCertificate()
}

describe.each([
  ['HTTPS', 'securePort'],
  ['MQTT over TLS', 'mqttPort'],
] as const)('the port for %s', (_protocol, port) => {
  test.for<[what: string, sni: string | undefined, names: string]>([
    ['DNS names only, for a DNS name', 'localhost', DNS_NAMES],
    ["DNS names only, for the hub's name", 'hub.test', DNS_NAMES],
    ['DNS names only, for a foreign name', 'gateway', DNS_NAMES],
    ['all names, for a client without SNI', undefined, ALL_NAMES],
  ])('sends a certificate with %s', async ([_case, sni, names], { hub }) => {
    expect((await certificateFor(hub, hub[port], sni)).subjectaltname).toBe(names)
  })
})

testOfLocalhost.for(['localhost', '127.0.0.1'])(
  'a client that connects to %s verifies the certificate',
  async (host, { hub }) => {
    const outgoing = request({
      host,
      port: hub.securePort,
      path: '/hub/ready',
      ca: hub.certificateAuthority,
      agent: false,
    })
    later(() => outgoing.destroy())
    const response = within('a response', once(outgoing, 'response'))
    outgoing.end()
    expect(await response).toMatchObject([{ statusCode: expect.any(Number) as number }])
  },
)
