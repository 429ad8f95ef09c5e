import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Hub } from '../../../emulator/src/index.ts'
import { connectPacket } from '../raw-socket.ts'
import type { DeviceOptions } from '../device.ts'
import { within } from '../waits.ts'

/** A WebSocket that sends any bytes. */
export interface FuzzSocket {
  /** Sends bytes as a single message. Does nothing on a closed socket. */
  send(bytes: Uint8Array): void
  /** Resolves when these bytes have arrived. Never rejects, so race it with `closed`. */
  got(bytes: Buffer): Promise<void>
  /** Drops the bytes so far. */
  forget(): void
  readonly closed: Promise<unknown>
  /** Closes the socket without a WebSocket Close frame. */
  end(): void
}

/** @param options a device whose CONNECT is sent first. @default no CONNECT */
export async function openSocket(hub: Hub, options?: DeviceOptions): Promise<FuzzSocket> {
  const socket = new WebSocket(hub.endpoints.ws, 'mqtt', { perMessageDeflate: false })
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await within('an open WebSocket', once(socket, 'open'))
  let come = Buffer.alloc(0)
  let check: () => void = () => undefined
  socket.on('message', (data: Buffer) => {
    come = Buffer.concat([come, data])
    check()
  })
  const opened: FuzzSocket = {
    send: (bytes) => {
      if (socket.readyState === socket.OPEN) socket.send(bytes)
    },
    got: (bytes) =>
      new Promise((resolve) => {
        check = () => {
          if (come.includes(bytes)) resolve()
        }
        check()
      }),
    forget() {
      come = Buffer.alloc(0)
    },
    closed,
    end: () => socket.terminate(),
  }
  if (options !== undefined) {
    opened.send(connectPacket(hub, options))
    await within('CONNACK', opened.got(Buffer.of(0x20, 2)))
  }
  return opened
}
