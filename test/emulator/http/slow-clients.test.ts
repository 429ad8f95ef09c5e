import { describe, expect } from 'vitest'
import { WebSocket } from 'ws'
import type { Hub } from '../../../emulator/src/index.ts'
import {
  type RawSocket,
  connectPacket,
  openMqtt,
  openTcp,
  openTls,
  publishPacket,
  subscribePacket,
} from '../../support/raw-socket.ts'
import { later } from '../../support/cleanup.ts'
import { connectSubscribed } from '../../support/device.ts'
import { connectionsOf, start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'
import { keyOf, token } from '../../support/sas-token.ts'
import { within } from '../../support/waits.ts'

// A client that sends or reads too slowly loses its socket, and no other client notices. The
// default timeout is 30 s; here it is shorter.

const errors: unknown[] = []

const test = hubTest({ slowClientTimeoutInMs: 200, onError: (error) => errors.push(error) })
const testPatiently = hubTest()

const UPGRADE_HEAD =
  'GET /$iothub/websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'

function bodyHead(hub: Hub, deviceId: string, headers: string): string {
  const authorization = token('localhost', keyOf(hub.connectionStrings.service()), { policyName: 'iothubowner' })
  return `PATCH /twins/${deviceId}?api-version=2021-04-12 HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n${headers}\r\n\r\n`
}

/** Sends the text a byte at a time until the connection ends. */
async function drip({ socket, send }: RawSocket, text: string | Buffer): Promise<void> {
  for (const byte of Buffer.from(text)) {
    if (socket.destroyed || socket.readableEnded) return
    send(Buffer.of(byte))
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const openings: readonly [string, (hub: Hub) => Promise<RawSocket>][] = [
  ['HTTP', (hub) => openTcp(hub.plainPort)],
  ['HTTP over TLS', (hub) => openTls(hub, hub.securePort)],
]

describe.each(openings)('a client over %s loses its socket', (_name, open) => {
  test.for<[what: string, text: string]>([
    ['that says nothing', ''],
    ['that sends half of its headers', 'GET /devices HTTP/1.1\r\nHost: local'],
    ['that does not finish an upgrade', `${UPGRADE_HEAD}Sec-WebSocket-Protocol: mqtt\r\n`],
  ])('%s', async ([_case, text], { hub }) => {
    const client = await open(hub)
    client.send(text)
    await client.closed()
  })

  test('that sends its headers byte by byte, forever', async ({ hub }) => {
    const client = await open(hub)
    void drip(client, `GET /devices HTTP/1.1\r\nX: ${'a'.repeat(10_000)}`)
    expect(await client.closed()).toMatch(/^(?:HTTP\/1\.1 408 |$)/)
  })

  test.for(['Content-Length: 100', 'Transfer-Encoding: chunked'])(
    'that never ends a body of %s',
    async (header, { hub, deviceId }) => {
      const client = await open(hub)
      client.send(bodyHead(hub, deviceId, header))
      await client.closed()
      expect(errors).toEqual([])
    },
  )
})

test.for(['securePort', 'mqttPort'] as const)(
  'the hub closes a socket whose TLS handshake never ends (%s)',
  async (port, { hub }) => {
    await (await openTcp(hub[port])).closed()
  },
)

describe('a connection without its CONNECT is closed', () => {
  test('straight over TLS', async ({ hub }) => {
    await (await openTls(hub, hub.mqttPort)).closed()
  })

  test('over a WebSocket, in spite of pings', async ({ hub }) => {
    const socket = new WebSocket(hub.endpoints.ws, 'mqtt')
    later(() => socket.terminate())
    socket.on('open', () => socket.ping())
    socket.on('pong', () => setTimeout(() => socket.readyState === socket.OPEN && socket.ping(), 10))
    await within('the end of the connection', new Promise((resolve) => socket.once('close', resolve)))
  })

  test('if CONNECT arrives byte by byte', async ({ hub, deviceId }) => {
    const client = await openTls(hub, hub.mqttPort)
    void drip(client, connectPacket(hub, { deviceId }))
    await client.closed()
  })

  test('with a thousand at once, while the hub serves a device', async () => {
    const hub = await start({ slowClientTimeoutInMs: 2000 })
    const idle = await Promise.all(Array.from({ length: 1000 }, () => openTcp(hub.mqttPort)))
    const device = await connectSubscribed(hub)
    expect((await device.get()).topic).toBe('$iothub/twin/res/200/?$rid=1')
    await Promise.all(idle.map((each) => each.closed()))
  })
})

testPatiently('a refused upgrade ends its socket, even if the client keeps its side open', async ({ hub }) => {
  const client = await openTcp(hub.plainPort)
  client.send('GET /elsewhere HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  expect(await client.closed()).toMatch(/^HTTP\/1\.1 400 /)
  // Only a closed socket answers with a reset.
  const reset = new Promise((resolve) => client.socket.once('error', resolve))
  const writing = setInterval(() => client.send('x'), 10)
  later(() => clearInterval(writing))
  expect(await within('a reset', reset)).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) })
})

testPatiently.for<[what: string, header: string, piece: string]>([
  ['a request body that never ends', 'Transfer-Encoding: chunked', `10000\r\n${'a'.repeat(0x10000)}\r\n`],
  ['a request body of 100 MB', 'Content-Length: 100000000', 'a'.repeat(0x10000)],
])('%s is answered with 413, and its socket closed', async ([_case, header, piece], { hub, deviceId }) => {
  const client = await openTcp(hub.plainPort)
  client.send(bodyHead(hub, deviceId, header))
  const pour = (): void => {
    while (!client.socket.destroyed && client.socket.write(piece));
    client.socket.once('drain', pour)
  }
  pour()
  expect(await client.closed()).toMatch(/^HTTP\/1\.1 413 /)
})

describe('a device that stops reading loses its connection', () => {
  const large = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`key${at}`, 'x'.repeat(4000)]))

  testPatiently('before its own requests fill the memory', async ({ hub, deviceId }) => {
    await hub.updateTwin(deviceId, { properties: { desired: large } })
    const { socket, send } = await openMqtt(hub, { deviceId })
    send(subscribePacket('$iothub/twin/res/#'))
    socket.pause()
    const gets = Buffer.concat(Array.from({ length: 100 }, () => publishPacket('$iothub/twin/GET/?$rid=1')))
    const asking = setInterval(() => send(gets), 10)
    later(() => clearInterval(asking))
    await expect.poll(() => connectionsOf(hub, deviceId), { timeout: 8000 }).toEqual([])
  })

  testPatiently("before the hub's messages fill the memory", async ({ hub, deviceId }) => {
    const { socket, send } = await openMqtt(hub, { deviceId })
    send(subscribePacket('$iothub/twin/PATCH/properties/desired/#'))
    await expect.poll(() => connectionsOf(hub, deviceId)[0]?.subscriptions).toHaveLength(1)
    socket.pause()
    for (let times = 0; connectionsOf(hub, deviceId).length > 0; times++) {
      expect(times).toBeLessThan(2000)
      await hub.updateTwin(deviceId, { properties: { desired: large } })
    }
    expect((await rest(hub, 'GET', `/twins/${deviceId}`)).status).toBe(200)
  })
})
