import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

// This file has an equal copy: `emulator/src/http/http-limits.ts`, `service/src/runtime/http-limits.ts`. The published emulator may depend on no private package, and
// the service on no emulator. A test compares the copies.

/** Browsers and SDKs do not pipeline. A client that does may send this many requests ahead of their responses. */
const maxWaitingRequests = 16

type Exchange = readonly [request: IncomingMessage, response: ServerResponse]

/** The limits of a server's sockets, for the parts of a server that need to ask. */
export interface HttpLimits {
  /** Whether a request of this socket is in progress. */
  isBusy(socket: Socket): boolean
}

/**
 * Handles the requests of each socket one at a time, in their order, and disconnects clients that do not read.
 *
 * Node starts every pipelined request at once, and keeps each response in memory until those before it are sent (nodejs/node#62534). So
 * 60 kB of requests on one socket could start a thousand handlers.
 *
 * - A socket that sends more than 16 requests ahead of their responses is closed.
 * - A socket whose pending output makes no progress for `stallTimeoutInMs` is closed. A response that takes longer to compute is not affected.
 * - The request in progress ends with its socket; the requests behind it are never started.
 *
 * @param server its `timeout` is set; it must have no request listener of its own
 */
export function limitRequests(server: Server, handle: RequestListener, stallTimeoutInMs: number): HttpLimits {
  /** Has an entry while a request of the socket is in progress: the requests behind it. */
  const waiting = new WeakMap<Socket, Exchange[]>()

  function start(socket: Socket, [request, response]: Exchange): void {
    // Emitted once: after the last byte has left, or when the socket is gone.
    response.once('close', () => startNext(socket))
    handle(request, response)
  }

  function startNext(socket: Socket): void {
    const next = socket.writable ? waiting.get(socket)?.shift() : undefined
    if (next === undefined) waiting.delete(socket)
    else start(socket, next)
  }

  server.on('request', (request, response) => {
    const { socket } = request
    const queue = waiting.get(socket)
    if (queue === undefined) {
      waiting.set(socket, [])
      start(socket, [request, response])
    } else if (queue.length < maxWaitingRequests) queue.push([request, response])
    else socket.destroy()
  })
  // Node emits this when neither side has sent a byte for the time. With a listener, closing the socket is the listener's task.
  server.setTimeout(stallTimeoutInMs, (socket) => {
    if (!waiting.has(socket) || socket.writableLength > 0) socket.destroy()
  })
  return { isBusy: (socket) => waiting.has(socket) }
}

/**
 * Counts sockets by the address of their peer.
 *
 * @returns adds a socket to the count of its address until it closes, or returns false when the address already has `max` sockets
 */
export function limitPerAddress(max: number, keyOf: (address: string) => string): (socket: Socket) => boolean {
  const counts = new Map<string, number>()
  return (socket) => {
    const key = keyOf(socket.remoteAddress ?? '')
    const count = counts.get(key) ?? 0
    if (count >= max) return false
    counts.set(key, count + 1)
    socket.once('close', () => {
      const left = (counts.get(key) ?? 1) - 1
      if (left === 0) counts.delete(key)
      else counts.set(key, left)
    })
    return true
  }
}
