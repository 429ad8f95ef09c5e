import { connect } from 'node:tls'
import { WebSocket } from 'ws'
import type { Target } from './target.ts'

/** A socket that carries MQTT bytes. */
export interface Wire {
  send(bytes: Buffer): void
}

export interface WireEvents {
  readonly open: () => void
  readonly bytes: (bytes: Buffer) => void
  readonly closed: (reason: string) => void
}

/**
 * @param localAddress a loopback address per process, so that ten thousand sockets do not run out
 *   of ports
 */
export function dial(target: Target, localAddress: string, events: WireEvents): Wire {
  return target.url.startsWith('ws:')
    ? overWebSocket(target, localAddress, events)
    : overTls(target, localAddress, events)
}

function overWebSocket({ url }: Target, localAddress: string, events: WireEvents): Wire {
  const webSocket = new WebSocket(url, 'mqtt', { perMessageDeflate: false, localAddress })
  webSocket.on('open', events.open)
  webSocket.on('message', (data: Buffer) => events.bytes(data))
  webSocket.on('error', ({ message }) => events.closed(message))
  webSocket.on('close', () => events.closed('closed'))
  return { send: (bytes) => webSocket.send(bytes) }
}

function overTls({ url, certificateAuthority }: Target, localAddress: string, events: WireEvents): Wire {
  const { hostname, port } = new URL(url)
  const ca = certificateAuthority === undefined ? {} : { ca: certificateAuthority }
  // The types lack localAddress, which goes to the socket.
  const options = { host: hostname, port: Number(port), servername: 'localhost', localAddress, ...ca }
  const socket = connect(options, events.open)
  socket.setNoDelay(true)
  socket.on('data', events.bytes)
  socket.on('error', ({ message }) => events.closed(message))
  socket.on('close', () => events.closed('closed'))
  return { send: (bytes) => void socket.write(bytes) }
}
