import { once } from 'node:events'
import { type AddressInfo, createServer, connect, type Socket } from 'node:net'

/** What the network does to whatever passes. */
export type Weather =
  | { readonly type: 'fair' }
  /** Every piece is held back. */
  | { readonly type: 'latency'; readonly inMs: number }
  /** Nothing gets through one way, and nobody is told: a half-open connection. */
  | { readonly type: 'loss'; readonly way: 'up' | 'down' | 'both' }
  /** A few bytes at a time. */
  | { readonly type: 'drip'; readonly bytes: number; readonly everyInMs: number }
  /** New connections are closed as soon as they are made. */
  | { readonly type: 'refuse' }

/** The network between a device and the hub: TCP, on loopback. */
export interface Proxy {
  readonly port: number
  /** Where the hub is; it may move. */
  upstreamPort: number
  weather: Weather
  /** Connections that were let through so far. */
  readonly count: number
  /** Ends what is open, both ways. */
  cut(): void
  close(): Promise<void>
}

export async function openProxy(upstreamPort: number): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let count = 0

  const server = createServer((near) => {
    near.on('error', () => {})
    if (proxy.weather.type === 'refuse') return void near.destroy()
    count++
    const far = connect({ host: '127.0.0.1', port: proxy.upstreamPort })
    const pair = [near, far] as const
    pairs.add(pair)
    const end = (): void => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    far.on('error', end)
    for (const socket of pair) socket.setNoDelay(true)
    pass(near, far, 'up')
    pass(far, near, 'down')
    near.on('close', end)
    far.on('close', end)
  })

  /** Pieces stay in order: each waits for the one before. */
  function pass(from: Socket, to: Socket, way: 'up' | 'down'): void {
    let before: Promise<void> = Promise.resolve()
    let isDead = false
    from.on('data', (piece) => {
      const { weather } = proxy
      // Nothing that comes later makes up for what TCP could not deliver: this way stays dead.
      isDead ||= weather.type === 'loss' && (weather.way === 'both' || weather.way === way)
      if (!isDead) before = before.then(() => deliver(piece, to))
    })
  }

  async function deliver(piece: Buffer, to: Socket): Promise<void> {
    const { weather } = proxy
    if (weather.type === 'latency') await delay(weather.inMs)
    if (weather.type !== 'drip') return write(to, piece)
    for (let at = 0; at < piece.length && proxy.weather === weather; at += weather.bytes) {
      write(to, piece.subarray(at, at + weather.bytes))
      await delay(weather.everyInMs)
      if (proxy.weather !== weather) write(to, piece.subarray(at + weather.bytes))
    }
  }

  const proxy: Proxy & { count: number } = {
    port: 0,
    upstreamPort,
    weather: { type: 'fair' },
    get count() {
      return count
    },
    cut() {
      for (const pair of pairs) for (const socket of pair) socket.destroy()
    },
    async close() {
      proxy.cut()
      server.close()
      await once(server, 'close')
    },
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(proxy, { port: (server.address() as AddressInfo).port })
}

function write(to: Socket, piece: Buffer): void {
  if (!to.destroyed && piece.length > 0) to.write(piece)
}

export function delay(inMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, inMs))
}
