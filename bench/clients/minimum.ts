import { once } from 'node:events'
import { WebSocket } from 'ws'
import mqttPacket from 'mqtt-packet'
import { accessOf } from './access.ts'
import type { Client } from './client.ts'

/**
 * The minimum for any client: a socket that writes the same bytes, and treats each message as the
 * response to the oldest request. It shows the limits of the hub and the network.
 */
export const minimum: Client = {
  name: 'raw socket',
  async open(connectionString) {
    const { url, deviceId, userName, password } = accessOf(connectionString)
    const socket = new WebSocket(url, 'mqtt', { perMessageDeflate: false })
    await once(socket, 'open')
    const send = (packet: mqttPacket.Packet): void => socket.send(mqttPacket.generate(packet))
    const connect = { clientId: deviceId, username: userName, password: Buffer.from(password), keepalive: 180 }
    send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, ...connect })
    const filters = ['$iothub/twin/res/#', '$iothub/twin/PATCH/properties/desired/#']
    send({ cmd: 'subscribe', messageId: 1, subscriptions: filters.map((topic) => ({ topic, qos: 0 })) })

    const waiting: (() => void)[] = []
    let listener = (_desired: { readonly [key: string]: unknown }): void => {}
    let count = 0
    const request = (topic: string, payload: string): Promise<void> =>
      new Promise((resolve) => {
        waiting.push(resolve)
        const full = `$iothub/twin/${topic}/?$rid=${++count}`
        send({ cmd: 'publish', topic: full, payload, qos: 0, dup: false, retain: false })
      })
    socket.on('message', (data: Buffer) => {
      for (const { topic, payload } of publishedIn(data)) {
        if (topic.startsWith('$iothub/twin/res/')) waiting.shift()?.()
        else listener(JSON.parse(payload.toString()) as { readonly [key: string]: unknown })
      }
    })
    await request('GET', '')
    return {
      listen: async (call) => {
        listener = call
      },
      report: (patch) => request('PATCH/properties/reported', JSON.stringify(patch)),
      refresh: () => request('GET', ''),
      async close() {
        socket.close()
        await once(socket, 'close')
      },
    }
  },
}

/** The PUBLISH packets of a frame: the hub puts whole packets into each frame. */
function* publishedIn(frame: Buffer): Generator<{ topic: string; payload: Buffer }> {
  for (let at = 0; at < frame.length;) {
    const header = frame[at] ?? 0
    let length = 0
    let shift = 0
    let byte: number
    do {
      byte = frame[++at] ?? 0
      length += (byte & 0x7f) << shift
      shift += 7
    } while (byte >= 0x80)
    const body = frame.subarray(++at, at + length)
    at += length
    if (header !== 0x30) continue
    const end = 2 + body.readUInt16BE(0)
    yield { topic: body.toString('utf8', 2, end), payload: body.subarray(end) }
  }
}
