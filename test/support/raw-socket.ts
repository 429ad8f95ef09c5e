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

/** A raw connection. It sends the given bytes and records the bytes that arrive. */
export interface RawConnection {
  /** All bytes so far, one character for each byte. */
  received(): string
  send(bytes: string | Uint8Array): void
  /** Resolves with all bytes when the hub has closed or reset the connection. */
  closed(): Promise<string>
  /** Resolves when this text has arrived. */
  got(text: string): Promise<void>
}

export interface RawSocket extends RawConnection {
  readonly socket: Socket
}

/** A plain TCP connection. */
export async function openTcp(port: number): Promise<RawSocket> {
  // Like an attacker, the socket never closes its side by itself.
  const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true })
  await within('a connection', once(socket, 'connect'))
  return rawSocket(socket)
}

export async function openTls(hub: Hub, port: number): Promise<RawSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: hub.certificateAuthority })
  await within('a connection', once(socket, 'secureConnect'))
  return rawSocket(socket)
}

/** Each write is a separate message. */
export async function openWebSocket(hub: Hub): Promise<RawConnection> {
  const webSocket = new WebSocket(hub.endpoints.ws, 'mqtt')
  await within('the upgrade', once(webSocket, 'open'))
  return rawConnection(createWebSocketStream(webSocket))
}

/** Connects a device and waits for CONNACK. */
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
  const checks = new Set<() => void>()
  const check = (): void => {
    for (const each of checks) each()
  }
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1')
    check()
  })
  // A reset also ends the connection.
  socket.on('error', () => undefined)
  for (const end of ['end', 'close']) {
    socket.on(end, () => {
      isOver = true
      check()
    })
  }
  later(() => socket.destroy())

  function until(what: string, isSo: () => boolean): Promise<void> {
    return within(
      what,
      new Promise((resolve) => {
        const each = (): void => {
          if (!isSo()) return
          checks.delete(each)
          resolve()
        }
        checks.add(each)
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
