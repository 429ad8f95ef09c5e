import type { Socket } from 'node:net'
import type { Server, TLSSocket } from 'node:tls'

/** After this time, the hub destroys the socket of a client that does not close its side. */
const GOODBYE_IN_MS = 5000

/**
 * Answers HTTP without TLS on a port with TLS: a 400 with advice. Without it, the client sees only
 * a closed connection. OpenSSL recognizes the start of an HTTP request (`SSL_R_HTTP_REQUEST`).
 *
 * @param advice for the reader of the error, such as "Use https://"
 */
export function answerPlainHttp(server: Server, advice: string): void {
  /** The sockets below TLS, since a TLS socket cannot send text without TLS. */
  const plain = new Map<string, Socket>()
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    plain.set(peer, socket)
    socket.once('close', () => plain.delete(peer))
  })
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const below = error.code === 'ERR_SSL_HTTP_REQUEST' ? plain.get(peerOf(socket)) : undefined
    if (below?.writable !== true) return
    below.setTimeout(GOODBYE_IN_MS, () => below.destroy())
    below.on('error', () => below.destroy())
    below.end(responseWith(`This port has TLS. ${advice}`))
  })
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

function responseWith(message: string): string {
  const body = JSON.stringify({ message })
  return [
    'HTTP/1.1 400 Bad Request',
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}
