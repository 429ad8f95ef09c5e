import type { RawData, WebSocket } from 'ws'
import { type PacketStream, createPacketStream, receiveBytes, terminate } from './packet-stream.ts'

/** MQTT over a WebSocket. */
export function webSocketStream(webSocket: WebSocket): PacketStream {
  const stream = createPacketStream({
    isOpen: () => webSocket.readyState === webSocket.OPEN,
    send: (bytes, done) => webSocket.send(bytes, done),
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
    close() {
      // A paused socket would never read the peer's close frame.
      webSocket.resume()
      webSocket.close()
    },
    terminate: () => webSocket.terminate(),
  })
  webSocket.on('message', (data: RawData, isBinary: boolean) => {
    // A text frame ends the connection (MQTT 3.1.1 [MQTT-6.0.0-1]).
    if (isBinary) receiveBytes(stream, joined(data))
    else if (!stream.isSilent) terminate(stream)
  })
  webSocket.on('close', () => stream.duplex.destroy())
  webSocket.on('error', (error) => stream.duplex.destroy(error))
  return stream
}

function joined(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? Buffer.from(data) : data
}
