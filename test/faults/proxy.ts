import { once } from 'node:events'
import { type AddressInfo, createServer, connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What the network does to whatever passes. */
export type Weather =
  | { readonly type: 'fair' }
  /** Every piece is held back. */
  | { readonly type: 'latency'; readonly inMs: number }
  /** Nothing gets through one way, the end of a connection neither, and nobody is told. */
  | { readonly type: 'loss'; readonly way: Way | 'both' }
  /** A few bytes at a time. */
  | { readonly type: 'drip'; readonly bytes: number; readonly everyInMs: number }
  /** New connections are closed as soon as they are made. */
  | { readonly type: 'refuse' }

type Way = 'up' | 'down'

/** Who is told that a connection is cut: with one side, the other has a half-open one. */
export type CutSide = 'both' | 'device' | 'hub'

/** The network between a device and the hub: TCP, on loopback. */
export interface Proxy {
  readonly port: number
  /** Where the hub is; it may move. */
  upstreamPort: number
  weather: Weather
  cut(side: CutSide): void
  close(): Promise<void>
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
}

export async function openProxy(upstreamPort: number): Promise<Proxy> {
  const pairs = new Set<Pair>()
  let weather: Weather = { type: 'fair' }
  let upstream = upstreamPort

  const server = createServer({ allowHalfOpen: true }, (near) => {
    // Whoever holds the other end may break it at any time.
    near.on('error', () => {})
    if (weather.type === 'refuse') return void near.destroy()
    const far = connect({ host: '127.0.0.1', port: upstream, allowHalfOpen: true })
    far.on('error', () => near.destroy())
    const pair = { near, far }
    pairs.add(pair)
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      socket.on('close', () => {
        if (near.destroyed && far.destroyed) pairs.delete(pair)
      })
    }
    pass(near, far, 'up')
    pass(far, near, 'down')
  })

  /** Pieces stay in order, and the end comes after the last: each waits for the one before. */
  function pass(from: Socket, to: Socket, way: Way): void {
    let before: Promise<void> = Promise.resolve()
    let isDead = false
    // Nothing that comes later makes up for what TCP could not deliver: this way stays dead.
    const isLost = (): boolean =>
      (isDead ||= weather.type === 'loss' && (weather.way === 'both' || weather.way === way))
    from.on('data', (piece) => {
      if (!isLost()) before = before.then(() => deliver(piece, to))
    })
    from.on('end', () => {
      if (!isLost() && !silenced.has(from)) before = before.then(() => void to.end())
    })
    // A connection that was broken, and not ended, is broken at the other side too.
    from.on('close', () => {
      if (!from.readableEnded && !isLost() && !silenced.has(to)) void before.then(() => to.destroy())
    })
  }

  async function deliver(piece: Buffer, to: Socket): Promise<void> {
    const then = weather
    if (then.type === 'latency') await delay(then.inMs)
    if (then.type !== 'drip') return write(to, piece)
    let at = 0
    for (; at < piece.length && weather === then; at += then.bytes) {
      write(to, piece.subarray(at, at + then.bytes))
      await delay(then.everyInMs)
    }
    write(to, piece.subarray(at))
  }

  /** Sockets whose other side is gone without their being told. */
  const silenced = new WeakSet<Socket>()

  function cut(side: CutSide): void {
    for (const { near, far } of pairs) {
      if (side === 'device') silenced.add(far)
      if (side === 'hub') silenced.add(near)
      if (side !== 'hub') near.destroy()
      if (side !== 'device') far.destroy()
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get upstreamPort() {
      return upstream
    },
    set upstreamPort(port) {
      upstream = port
    },
    get weather() {
      return weather
    },
    set weather(next) {
      weather = next
    },
    cut,
    async close() {
      cut('both')
      server.close()
      await once(server, 'close')
    },
  }
}

function write(to: Socket, piece: Buffer): void {
  if (!to.destroyed && piece.length > 0) to.write(piece)
}
