import { request, type OutgoingHttpHeaders } from 'node:http'
import { describe, expect } from 'vitest'
import { type Hub, startHub } from '../../../emulator/src/index.ts'
import { later } from '../../support/cleanup.ts'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { within } from '../../support/waits.ts'

const test = hubTest({ hostName: 'hub.test' })

interface Answer {
  readonly status: number
  readonly text: string
}

/** Requests a WebSocket with any headers. */
function upgrade(hub: Hub, headers: OutgoingHttpHeaders = {}, path = '/$iothub/websocket'): Promise<Answer> {
  const outgoing = request({
    host: '127.0.0.1',
    port: hub.plainPort,
    path,
    headers: {
      host: `localhost:${hub.plainPort}`,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': 'mqtt',
      ...headers,
    },
  })
  later(() => outgoing.destroy())
  const answer = new Promise<Answer>((resolve, reject) => {
    outgoing.once('error', reject)
    outgoing.once('upgrade', ({ statusCode = 0 }) => resolve({ status: statusCode, text: '' }))
    outgoing.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
  })
  outgoing.end()
  return within('an answer to the upgrade', answer)
}

describe('the WebSocket endpoint', () => {
  test.for([
    ['no origin, as SDKs', undefined],
    ['a page of localhost', 'http://localhost:5173'],
    ['a page of 127.0.0.1 with TLS', 'https://127.0.0.1:8443'],
    ['a page of ::1', 'http://[::1]:3000'],
    ["the hub's own name", 'https://hub.test'],
    ["the hub's own name at another port", 'http://hub.test:5173'],
  ])('accepts %s', async ([_case, origin], { hub }) => {
    expect(await upgrade(hub, origin === undefined ? {} : { origin })).toEqual({ status: 101, text: '' })
  })

  test.for([
    'https://evil.example',
    'http://evil.example:5173',
    'http://evil.localhost:5173',
    'http://localhost.evil.example',
    'http://hub.test.evil.example',
    'null',
    '',
    'file://',
  ])('refuses a page of the origin "%s" with 403 and the reason', async (origin, { hub }) => {
    const { status, text } = await upgrade(hub, { origin })
    expect([status, text]).toEqual([
      403,
      `Refused: the origin ${origin} is neither of this machine nor of hub.test; --origin allows others\n`,
    ])
  })

  test('accepts the origins that an option allows, and no other', async () => {
    const hub = await start({ hostName: 'hub.test', origins: ['https://app.example', 'null'] })
    const statuses = async (...origins: string[]): Promise<number[]> =>
      Promise.all(origins.map(async (origin) => (await upgrade(hub, { origin })).status))
    expect(await statuses('https://app.example', 'null')).toEqual([101, 101])
    expect(await statuses('https://app.example:444', 'http://app.example', 'https://APP.example')).toEqual([
      403, 403, 403,
    ])
  })

  const origin = 'http://localhost:5173'

  test.for(['localhost:1', 'localhost', '127.0.0.1', '[::1]:10480', 'hub.test', 'HUB.test:10480'])(
    'accepts a page that names the host %s',
    async (host, { hub }) => expect((await upgrade(hub, { host, origin })).status).toBe(101),
  )

  test.for(['evil.example', 'evil.example:10480', 'localhost.evil.example', 'a b'])(
    'refuses a page that names the host "%s"',
    async (host, { hub }) => {
      const { status, text } = await upgrade(hub, { host, origin })
      expect(status).toBe(403)
      expect(text).toMatch(/^Refused: the (?:host \S+ is not this hub|header Host is missing or is not a host)/)
    },
  )

  test('refuses a page whose name resolves to this machine (DNS rebinding)', async ({ hub }) => {
    const host = `evil.example:${hub.plainPort}`
    expect((await upgrade(hub, { host, origin: `http://${host}` })).status).toBe(403)
  })

  test.for(['gateway', 'gateway.example:443', 'gateway.local'])(
    'accepts the host %s without an origin, as SDKs name a gateway',
    async (host, { hub }) => expect(await upgrade(hub, { host })).toEqual({ status: 101, text: '' }),
  )

  test('refuses a foreign page before it injects a fault', async ({ hub, faults }) => {
    faults.inject({ fault: 'refuse', operation: 'upgrade', times: 1 })
    expect((await upgrade(hub, { origin: 'https://evil.example' })).status).toBe(403)
    expect(faults.list()).toMatchObject([{ injected: 0 }])
  })

  test('names the problem with a path and with a subprotocol', async ({ hub }) => {
    expect(await upgrade(hub, {}, '/elsewhere')).toEqual({
      status: 400,
      text: 'The path of a WebSocket must be /$iothub/websocket or /\n',
    })
    expect(await upgrade(hub, { 'sec-websocket-protocol': 'chat' })).toEqual({
      status: 400,
      text: 'The WebSocket must offer the subprotocol mqtt\n',
    })
  })
})

describe('startHub()', () => {
  test.each(['hub:10443', 'https://hub', 'a b', '', 'hub/', 'hub.', '-hub', 'hüb', 'a..b', '[::1]', 'x'.repeat(254)])(
    'refuses the host name "%s"',
    async (hostName) => {
      await expect(startHub({ hostName })).rejects.toThrow(RangeError)
      await expect(startHub({ hostName })).rejects.toThrow(`not ${JSON.stringify(hostName)}`)
    },
  )
})
