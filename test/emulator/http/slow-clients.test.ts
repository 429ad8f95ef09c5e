import { describe, expect, test } from 'vitest'
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
import { start } from '../../support/hub.ts'
import { rest } from '../../support/rest.ts'
import { keyOf, token } from '../../support/sas-token.ts'
import { within } from '../../support/waits.ts'

// A client that sends or reads too slowly loses its socket, and no other client notices. The
// default timeout is 30 s; here it is shorter.

const IMPATIENT = { slowClientTimeoutInMs: 200 }

const UPGRADE_HEAD =
  'GET /$iothub/websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'

function bodyHead(hub: Hub, headers: string): string {
  const authorization = token('localhost', keyOf(hub.connectionStrings.service()), { policyName: 'iothubowner' })
  return `PATCH /twins/device1?api-version=2021-04-12 HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n${headers}\r\n\r\n`
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
  test.each([
    ['that says nothing', ''],
    ['that sends half of its headers', 'GET /devices HTTP/1.1\r\nHost: local'],
    ['that does not finish an upgrade', `${UPGRADE_HEAD}Sec-WebSocket-Protocol: mqtt\r\n`],
  ])('%s', async (_case, text) => {
    const client = await open(await start(IMPATIENT))
    client.send(text)
    await client.closed()
  })

  test('that sends its headers byte by byte, forever', async () => {
    const client = await open(await start(IMPATIENT))
    void drip(client, `GET /devices HTTP/1.1\r\nX: ${'a'.repeat(10_000)}`)
    expect(await client.closed()).toMatch(/^(?:HTTP\/1\.1 408 |$)/)
  })

  test.each([['Content-Length: 100'], ['Transfer-Encoding: chunked']])(
    'that never ends a body of %s',
    async (header) => {
      const faults: unknown[] = []
      const hub = await start({ ...IMPATIENT, onError: (error) => faults.push(error) })
      const client = await open(hub)
      client.send(bodyHead(hub, header))
      await client.closed()
      expect(faults).toEqual([])
    },
  )
})

test.each(['securePort', 'mqttPort'] as const)(
  'the hub closes a socket whose TLS handshake never ends (%s)',
  async (port) => {
    const hub = await start(IMPATIENT)
    await (await openTcp(hub[port])).closed()
  },
)

describe('a connection without its CONNECT is closed', () => {
  test('straight over TLS', async () => {
    const hub = await start(IMPATIENT)
    await (await openTls(hub, hub.mqttPort)).closed()
  })

  test('over a WebSocket, in spite of pings', async () => {
    const hub = await start(IMPATIENT)
    const socket = new WebSocket(hub.endpoints.ws, 'mqtt')
    later(() => socket.terminate())
    socket.on('open', () => socket.ping())
    socket.on('pong', () => setTimeout(() => socket.readyState === socket.OPEN && socket.ping(), 10))
    await within('the end of the connection', new Promise((resolve) => socket.once('close', resolve)))
  })

  test('if CONNECT arrives byte by byte', async () => {
    const hub = await start(IMPATIENT)
    const client = await openTls(hub, hub.mqttPort)
    void drip(client, connectPacket(hub))
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

test('a refused upgrade ends its socket, even if the client keeps its side open', async () => {
  const hub = await start()
  const client = await openTcp(hub.plainPort)
  client.send('GET /elsewhere HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  expect(await client.closed()).toMatch(/^HTTP\/1\.1 400 /)
  // Only a closed socket answers with a reset.
  const reset = new Promise((resolve) => client.socket.once('error', resolve))
  const writing = setInterval(() => client.send('x'), 10)
  later(() => clearInterval(writing))
  expect(await within('a reset', reset)).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) })
})

test.each([
  ['a request body that never ends', 'Transfer-Encoding: chunked', `10000\r\n${'a'.repeat(0x10000)}\r\n`],
  ['a request body of 100 MB', 'Content-Length: 100000000', 'a'.repeat(0x10000)],
])('%s is answered with 413, and its socket closed', async (_case, header, piece) => {
  const hub = await start()
  const client = await openTcp(hub.plainPort)
  client.send(bodyHead(hub, header))
  const pour = (): void => {
    while (!client.socket.destroyed && client.socket.write(piece));
    client.socket.once('drain', pour)
  }
  pour()
  expect(await client.closed()).toMatch(/^HTTP\/1\.1 413 /)
})

describe('a device that stops reading loses its connection', () => {
  const large = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`key${at}`, 'x'.repeat(4000)]))

  test('before its own requests fill the memory', async () => {
    const hub = await start()
    await hub.updateTwin('device1', { properties: { desired: large } })
    const { socket, send } = await openMqtt(hub)
    send(subscribePacket('$iothub/twin/res/#'))
    socket.pause()
    const gets = Buffer.concat(Array.from({ length: 100 }, () => publishPacket('$iothub/twin/GET/?$rid=1')))
    const asking = setInterval(() => send(gets), 10)
    later(() => clearInterval(asking))
    await expect.poll(() => hub.connections(), { timeout: 8000 }).toEqual([])
  })

  test("before the hub's messages fill the memory", async () => {
    const hub = await start()
    const { socket, send } = await openMqtt(hub)
    send(subscribePacket('$iothub/twin/PATCH/properties/desired/#'))
    await expect.poll(() => hub.connections()[0]?.subscriptions).toHaveLength(1)
    socket.pause()
    for (let times = 0; hub.connections().length > 0; times++) {
      expect(times).toBeLessThan(2000)
      await hub.updateTwin('device1', { properties: { desired: large } })
    }
    expect((await rest(hub, 'GET', '/twins/device1')).status).toBe(200)
  })
})
