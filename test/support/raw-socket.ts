import { once } from 'node:events'
import { type Socket, connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { generate, type Packet } from 'mqtt-packet'
import { createWebSocketStream, WebSocket } from 'ws'
import type { Hub } from '../../emulator/src/index.ts'
import { type DeviceOptions, connectOptions } from './device.ts'
import { later } from './cleanup.ts'
import { within } from './waits.ts'

/** A connection of no client in particular: it sends what it is told, and keeps what comes. */
export interface RawConnection {
  /** Everything that has come, a character for each byte. */
  received(): string
  send(bytes: string | Uint8Array): void
  /** Resolves with everything that has come, once the hub has closed or broken the connection. */
  closed(): Promise<string>
  /** Resolves once this has come. */
  got(text: string): Promise<void>
}

export interface RawSocket extends RawConnection {
  readonly socket: Socket
}

/** TCP, and nothing above it. */
export async function openTcp(port: number): Promise<RawSocket> {
  // It never closes its side by itself, as those who mean harm do.
  const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true })
  await within('a connection', once(socket, 'connect'))
  return rawSocket(socket)
}

export async function openTls(hub: Hub, port: number): Promise<RawSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: hub.certificateAuthority })
  await within('a connection', once(socket, 'secureConnect'))
  return rawSocket(socket)
}

/** Each write is a message of its own. */
export async function openWebSocket(hub: Hub): Promise<RawConnection> {
  const webSocket = new WebSocket(hub.endpoints.ws, 'mqtt')
  await within('the upgrade', once(webSocket, 'open'))
  return rawConnection(createWebSocketStream(webSocket))
}

/** A device after its CONNACK. */
export async function openMqtt(hub: Hub, options: DeviceOptions = {}): Promise<RawSocket> {
  const opened = await openTls(hub, hub.mqttPort)
  opened.send(connectPacket(hub, options))
  await opened.got('\x20\x02')
  return opened
}

export function connectPacket(hub: Hub, options: DeviceOptions = {}): Buffer {
  const { clientId = '', username, password = '' } = connectOptions(hub, options)
  return generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId,
    keepalive: 60,
    ...(username !== undefined && { username }),
    password: Buffer.from(password),
  })
}

export function publishPacket(topic: string, payload = '', qos: 0 | 1 = 0): Buffer {
  return generate({ cmd: 'publish', topic, payload, qos, messageId: 7, dup: false, retain: false })
}

export function subscribePacket(...filters: string[]): Buffer {
  const packet: Packet = { cmd: 'subscribe', messageId: 1, subscriptions: filters.map((topic) => ({ topic, qos: 0 })) }
  return generate(packet)
}

function rawSocket(socket: Socket): RawSocket {
  socket.setNoDelay(true)
  return { socket, ...rawConnection(socket) }
}

function rawConnection(socket: Duplex): RawConnection {
  let text = ''
  let isOver = false
  const looks = new Set<() => void>()
  const look = (): void => {
    for (const each of looks) each()
  }
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1')
    look()
  })
  // A connection that is reset has ended too.
  socket.on('error', () => undefined)
  for (const end of ['end', 'close']) {
    socket.on(end, () => {
      isOver = true
      look()
    })
  }
  later(() => socket.destroy())

  function until(what: string, isSo: () => boolean): Promise<void> {
    return within(
      what,
      new Promise((resolve) => {
        const each = (): void => {
          if (!isSo()) return
          looks.delete(each)
          resolve()
        }
        looks.add(each)
        each()
      }),
    )
  }

  return {
    received: () => text,
    send: (bytes) => void socket.write(bytes),
    async closed() {
      await until('the end of the connection', () => isOver)
      return text
    },
    got: (wanted) => until(`the answer ${JSON.stringify(wanted)}`, () => text.includes(wanted)),
  }
}
