import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface DelayProxy {
  readonly port: number
  /**
   * Counts the round trips since the last call: the TCP handshake of each connection, and each time
   * that the client sends after it was silent or has got something. Unlike a time, the count does
   * not depend on the load.
   */
  takeTrips(): number
  close(): void
}

/**
 * Delays each chunk in both directions. The first chunk of a connection waits an additional round
 * trip for the TCP handshake, because loopback completes that at once.
 */
export async function startDelayProxy(upstreamPort: number, delayInMs: number): Promise<DelayProxy> {
  const sockets = new Set<Socket>()
  let trips = 0
  const server = createServer((near) => {
    const far = connect(upstreamPort, '127.0.0.1')
    const acceptedAt = performance.now()
    trips++
    let isClientSending = false
    near.on('data', () => {
      if (!isClientSending) trips++
      isClientSending = true
    })
    far.on('data', () => {
      isClientSending = false
    })
    pass(near, far, () => Math.max(delayInMs, acceptedAt + 3 * delayInMs - performance.now()))
    pass(far, near, () => delayInMs)
    for (const socket of [near, far]) {
      sockets.add(socket.setNoDelay(true))
      socket.on('close', () => sockets.delete(socket))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    takeTrips() {
      const taken = trips
      trips = 0
      return taken
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/**
 * Timers of the same delay fire in order, and a later piece never waits less than an earlier one.
 */
function pass(from: Socket, to: Socket, delayInMs: () => number): void {
  let dueAt = 0
  const later = (call: () => void): void => {
    dueAt = Math.max(dueAt, performance.now() + delayInMs())
    setTimeout(call, dueAt - performance.now())
  }
  from.on('data', (piece) => later(() => to.writable && to.write(piece)))
  from.on('end', () => later(() => to.end()))
  from.on('error', () => to.destroy())
}
