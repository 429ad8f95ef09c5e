import { randomUUID } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Packet, generate, parser } from 'mqtt-packet'
import { type WebSocket, WebSocketServer } from 'ws'
import { brokerCertificate } from '../hub-load/servers/certificate.ts'
import { cpuTime, serveCalls } from './serve-calls.ts'
import { createTelemetryCount } from './telemetry-count.ts'

// The process of a server that does little more than PUBACK, so that a bench shows the clients
// instead of the hub: `minimal-server.ts <folder for the certificate authority>`. It accepts every
// CONNECT, answers every read of a twin with an empty twin, and counts telemetry.

const [folder = '.'] = process.argv.slice(2)
const stored = createTelemetryCount()
const { cert, key, ca } = await brokerCertificate()
const server = createServer({ cert, key })
new WebSocketServer({ server, handleProtocols: () => 'mqtt' }).on('connection', serve)
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo

serveCalls(
  {
    async createDevices({ count }) {
      return Array.from({ length: count }, () => {
        const deviceId = `bench-${randomUUID()}`
        const secure = `HostName=localhost:${port};DeviceId=${deviceId};SharedAccessKey=${btoa(deviceId)}`
        return { deviceId, secure, plain: '' }
      })
    },
    telemetry: async ({ deviceId }) => stored.of(deviceId),
    cpu: async () => cpuTime(),
  },
  { folder, certificateAuthority: ca, plainPort: 0 },
)

function serve(webSocket: WebSocket): void {
  let deviceId = ''
  let answers: Buffer[] = []
  const packets = parser({ protocolVersion: 4 })
  packets.on('packet', (packet) => {
    if (packet.cmd === 'connect') deviceId = packet.clientId
    answers.push(...answersTo(packet, deviceId))
  })
  packets.on('error', () => webSocket.terminate())
  webSocket.on('error', () => webSocket.terminate())
  // All answers to a WebSocket message leave together.
  webSocket.on('message', (bytes: Buffer) => {
    packets.parse(bytes)
    if (answers.length > 0) webSocket.send(Buffer.concat(answers))
    answers = []
  })
}

function answersTo(packet: Packet, deviceId: string): Buffer[] {
  switch (packet.cmd) {
    case 'connect':
      return [generate({ cmd: 'connack', returnCode: 0, sessionPresent: false })]
    case 'subscribe': {
      const granted = packet.subscriptions.map(({ qos }) => Math.min(qos, 1))
      return [generate({ cmd: 'suback', messageId: packet.messageId ?? 0, granted })]
    }
    case 'publish': {
      const puback = packet.qos === 1 ? [generate({ cmd: 'puback', messageId: packet.messageId ?? 0 })] : []
      const [, rid] = /^\$iothub\/twin\/GET\/\?(.*)$/.exec(packet.topic) ?? []
      if (rid !== undefined) return [twinWith(rid), ...puback]
      stored.add(deviceId, packet.payload as Buffer)
      return puback
    }
    case 'pingreq':
      return [generate({ cmd: 'pingresp' })]
    default:
      return []
  }
}

function twinWith(rid: string): Buffer {
  const payload = JSON.stringify({ desired: { $version: 1 }, reported: { $version: 1 } })
  const topic = `$iothub/twin/res/200/?${rid}`
  return generate({ cmd: 'publish', qos: 0, dup: false, retain: false, topic, payload })
}
