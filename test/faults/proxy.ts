import { once } from 'node:events'
import { type AddressInfo, createServer, connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** The treatment of the bytes that pass. */
export type Weather =
  | { readonly type: 'fair' }
  /** Delays every chunk. */
  | { readonly type: 'latency'; readonly inMs: number }
  /**
   * Drops everything in one direction, including the end of a connection, without a notice to
   * either side.
   */
  | { readonly type: 'loss'; readonly way: Way | 'both' }
  /** Passes a few bytes at a time. */
  | { readonly type: 'drip'; readonly bytes: number; readonly everyInMs: number }
  /** Closes new connections immediately. */
  | { readonly type: 'refuse' }

type Way = 'up' | 'down'

/**
 * The sides that see the end of a cut connection. With `one`, the other side has a half-open
 * connection.
 */
export type CutSide = 'both' | 'device' | 'hub'

/** The network between a device and the hub: TCP over loopback. */
export interface Proxy {
  readonly port: number
  /** The hub's port, which can change. */
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
    // The other side can break the connection at any time.
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

  /** Chunks stay in order, and the end follows the last chunk: each waits for the previous one. */
  function pass(from: Socket, to: Socket, way: Way): void {
    let before: Promise<void> = Promise.resolve()
    let isDead = false
    // TCP cannot skip lost bytes, so this direction stays dead.
    const isLost = (): boolean =>
      (isDead ||= weather.type === 'loss' && (weather.way === 'both' || weather.way === way))
    from.on('data', (piece) => {
      if (!isLost()) before = before.then(() => deliver(piece, to))
    })
    from.on('end', () => {
      if (!isLost() && !silenced.has(from)) before = before.then(() => void to.end())
    })
    // A reset on one side becomes a reset on the other side.
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

  /** Sockets whose other side is gone without their knowledge. */
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
