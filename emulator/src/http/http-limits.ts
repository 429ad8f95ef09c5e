import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

// This file has two equal copies: `emulator/src/http/http-limits.ts` and
// `service/src/runtime/http-limits.ts`. The published emulator must not depend on a private
// package, and the service must not depend on the emulator. A test compares the copies.

/**
 * How many requests a client may send ahead of their responses. Browsers and SDKs do not pipeline.
 */
const MAX_WAITING_REQUESTS = 16

type Exchange = readonly [request: IncomingMessage, response: ServerResponse]

/** The state of a server's sockets, for other parts of the server. */
export interface HttpLimits {
  /** Whether a request of this socket is in progress. */
  isBusy(socket: Socket): boolean
}

/**
 * Handles the requests of each socket in sequence, and disconnects clients that do not read.
 *
 * Node starts every pipelined request at once. It keeps each response in memory until the earlier
 * responses are sent (nodejs/node#62534). So 60 kB of requests on a socket could start 1,000
 * handlers.
 *
 * - A socket that sends more than 16 requests ahead of their responses is closed.
 * - A socket whose pending output makes no progress for `stallTimeoutInMs` is closed. A response
 *   that takes longer to compute is not affected.
 * - The request in progress ends with its socket. The requests behind it never start.
 *
 * @param server has no request listener. This function sets its `timeout`
 */
export function limitRequests(server: Server, handle: RequestListener, stallTimeoutInMs: number): HttpLimits {
  /**
   * The requests behind the request in progress. A socket without a request in progress has no
   * entry.
   */
  const waiting = new WeakMap<Socket, Exchange[]>()

  function start(socket: Socket, [request, response]: Exchange): void {
    // Node emits this once: after the last byte, or when the socket closes.
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
    } else if (queue.length < MAX_WAITING_REQUESTS) queue.push([request, response])
    else socket.destroy()
  })
  // Node calls this when neither side has sent a byte for that time. The listener must close the
  // socket.
  server.setTimeout(stallTimeoutInMs, (socket) => {
    if (!waiting.has(socket) || socket.writableLength > 0) socket.destroy()
  })
  return { isBusy: (socket) => waiting.has(socket) }
}

/**
 * Counts sockets by the address of their peer.
 *
 * @returns adds a socket to the count of its address until it closes, or returns false when the
 *   address already has `max` sockets
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
