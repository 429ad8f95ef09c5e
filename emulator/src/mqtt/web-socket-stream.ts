import type { RawData, WebSocket } from 'ws'
import { PacketStream } from './packet-stream.ts'

/** MQTT over a WebSocket. */
export function webSocketStream(webSocket: WebSocket): PacketStream {
  const stream = new PacketStream({
    get isOpen() {
      return webSocket.readyState === webSocket.OPEN
    },
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
    if (isBinary) stream.receive(joined(data))
    else if (!stream.isSilent) stream.terminate()
  })
  webSocket.on('close', () => stream.destroy())
  webSocket.on('error', (error) => stream.destroy(error))
  return stream
}

function joined(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? Buffer.from(data) : data
}
