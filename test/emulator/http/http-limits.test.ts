import { readFileSync } from 'node:fs'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import type { Upgrades } from '../../../emulator/src/mqtt/upgrade.ts'
import { type ListenerOptions, listen } from '../../../emulator/src/http/listener.ts'
import { openTcp } from '../../support/raw-socket.ts'
import { later } from '../../support/cleanup.ts'
import { connectSubscribed } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { rest } from '../../support/rest.ts'

const source = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`

const upgrades: Upgrades = {
  serve: (server) => void server.on('upgrade', (_request, socket) => socket.end('upgraded')),
  close: () => undefined,
}

interface HeldServer {
  readonly port: number
  /** The paths of the requests in progress. */
  readonly inProgress: Set<string>
  readonly started: string[]
  /** Answers the request in progress for this path. */
  answer(path: string): void
}

/** Starts a server whose responses the test releases. It answers `/large` with 4 MB at once. */
async function held(options: Partial<ListenerOptions> = {}): Promise<HeldServer> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  const inProgress = new Set<string>()
  const started: string[] = []
  const answers = new Map<string, () => void>()
  app.get('*', async ({ req, env }) => {
    const { path } = req
    started.push(path)
    inProgress.add(path)
    env.outgoing.once('close', () => inProgress.delete(path))
    if (path === '/large') return new Response('x'.repeat(4_000_000))
    await new Promise<void>((resolve) => answers.set(path, resolve))
    return new Response(`[${path}]`)
  })
  const settings = { port: 0, address: '127.0.0.1', slowClientTimeoutInMs: 30_000, ...options }
  const listener = await listen(app as unknown as Hono, upgrades, settings)
  later(() => listener.close())
  return { port: listener.port, inProgress, started, answer: (path) => answers.get(path)?.() }
}

describe('requests of one socket', () => {
  test('run one at a time, in their order, and are all answered', async () => {
    const { port, started, answer } = await held()
    const client = await openTcp(port)
    client.send(`${get('/1')}${get('/2')}${get('/3')}`)
    for (const path of ['/1', '/2', '/3']) {
      await expect.poll(() => started.at(-1)).toBe(path)
      answer(path)
      await client.got(`[${path}]`)
    }
    expect(started).toEqual(['/1', '/2', '/3'])
  })

  test('run at the same time as requests of other sockets', async () => {
    const { port, inProgress } = await held()
    const clients = await Promise.all([openTcp(port), openTcp(port)])
    clients.forEach((client, index) => client.send(get(`/${index}`)))
    await expect.poll(() => inProgress.size).toBe(2)
  })

  test('do not start after the socket has closed', async () => {
    const { port, started, inProgress } = await held()
    const client = await openTcp(port)
    client.send(`${get('/1')}${get('/2')}`)
    await expect.poll(() => started).toEqual(['/1'])
    client.socket.destroy()
    await expect.poll(() => inProgress.size).toBe(0)
    // A later request shows that the server has processed the earlier one.
    const other = await openTcp(port)
    other.send(get('/other'))
    await expect.poll(() => started).toEqual(['/1', '/other'])
  })

  test('close the socket if more than sixteen wait', async () => {
    const { port, started } = await held()
    const client = await openTcp(port)
    client.send(Array.from({ length: 18 }, (_, index) => get(`/${index}`)).join(''))
    await client.closed()
    expect(started).toEqual(['/0'])
  })

  test('refuse an upgrade while another request is in progress', async () => {
    const hub = await start()
    const client = await openTcp(hub.plainPort)
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: mqtt\r\n'
    const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
    client.send(get('/hub/events'))
    await client.got('events of the hub')
    client.send(`GET /$iothub/websocket HTTP/1.1\r\nHost: localhost\r\n${upgrade}${key}\r\n`)
    expect(await client.closed()).not.toContain('101 Switching Protocols')
  })
})

test('seven hundred pipelined streams of events use one reader of the log, and none after the socket closes', async () => {
  const hub = await start()
  const attacker = await openTcp(hub.plainPort)
  attacker.send(get('/hub/events').repeat(700))
  // The socket closes because far more than sixteen requests wait. The hub then serves the next
  // client.
  await attacker.closed()
  const device = await connectSubscribed(hub)
  expect((await device.get()).topic).toContain('/res/200/')
  expect((await rest(hub, 'GET', '/twins/device1')).status).toBe(200)
})

describe('a client that does not read', () => {
  test('loses its socket when its output makes no progress', async () => {
    const { port, inProgress } = await held({ slowClientTimeoutInMs: 1000 })
    const client = await openTcp(port)
    client.socket.pause()
    client.send(get('/large').repeat(8))
    await expect.poll(() => inProgress.size).toBe(1)
    await expect.poll(() => inProgress.size, { timeout: 8000 }).toBe(0)
    client.socket.resume()
    await client.closed()
  })

  test('keeps its socket while a response is slow to start', async () => {
    const { port, started, answer } = await held({ slowClientTimeoutInMs: 1000 })
    const client = await openTcp(port)
    client.send(get('/late'))
    await expect.poll(() => started).toEqual(['/late'])
    // An idle socket shows that the timeout has passed.
    await (await openTcp(port)).closed()
    expect(client.socket.readableEnded).toBe(false)
    answer('/late')
    await client.got('[/late]')
  })
})

describe('sockets of one address', () => {
  test('get 503 above the limit, and space again when a socket closes', async () => {
    const { port, started, inProgress, answer } = await held({ httpSocketsPerAddress: 2 })
    const [first, second, third] = await Promise.all([openTcp(port), openTcp(port), openTcp(port)])
    first.send(get('/1'))
    second.send(get('/2'))
    await expect.poll(() => inProgress.size).toBe(2)
    third.send(get('/3'))
    expect(await third.closed()).toMatch(/^HTTP\/1\.1 503 [^]*Reuse them/)
    first.socket.destroy()
    await expect.poll(() => inProgress.size).toBe(1)
    const fourth = await openTcp(port)
    fourth.send(get('/4'))
    await expect.poll(() => started.at(-1)).toBe('/4')
    answer('/4')
    await fourth.got('[/4]')
  })

  test('have no limit for WebSockets', async () => {
    const { port } = await held({ httpSocketsPerAddress: 0 })
    const client = await openTcp(port)
    client.send('GET /any HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    expect(await client.closed()).toBe('upgraded')
  })
})

test('the token service has the same limits: its copy of the file is equal', () => {
  expect(source('service/src/runtime/http-limits.ts')).toBe(source('emulator/src/http/http-limits.ts'))
})
