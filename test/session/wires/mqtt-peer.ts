import type { AddressInfo } from 'node:net'
import { generate, parser, type Packet } from 'mqtt-packet'
import { type WebSocket, WebSocketServer } from 'ws'

/** The other side of one wire, over a real socket: it records packets and sends what a test says. */
export interface MqttPeer {
  readonly url: string
  readonly packets: readonly Packet[]
  /** The names of the packets in each WebSocket message. */
  readonly frames: readonly string[][]
  /** Resolves with the next packet of this name that no call has given yet. */
  next<Name extends Packet['cmd']>(name: Name): Promise<Extract<Packet, { cmd: Name }>>
  /** Sends packets in one message. */
  send(...packets: readonly Packet[]): void
  sendRaw(data: Uint8Array | string): void
  /** The socket has ended. */
  readonly ended: Promise<void>
  /** Breaks the socket. */
  terminate(): void
  close(): Promise<void>
}

export async function startMqttPeer(): Promise<MqttPeer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'mqtt' })
  await new Promise((resolve) => server.once('listening', resolve))
  const packets: Packet[] = []
  const frames: string[][] = []
  const taken = new Set<Packet>()
  const waiting = new Set<() => void>()
  let socket: WebSocket | undefined
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })

  server.on('connection', (opened) => {
    socket = opened
    const reader = parser({ protocolVersion: 4 })
    reader.on('packet', (packet) => {
      packets.push(packet)
      frames.at(-1)?.push(packet.cmd)
      for (const look of waiting) look()
    })
    opened.on('message', (data: Buffer) => {
      frames.push([])
      reader.parse(data)
    })
    opened.on('close', end)
    opened.on('error', () => {})
  })

  const sendRaw = (data: Uint8Array | string): void => socket?.send(data)
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    packets,
    frames,
    next(name) {
      return new Promise((resolve, reject) => {
        const deadline = setTimeout(() => reject(new Error(`No ${name} came; ${JSON.stringify(frames)}`)), 5000)
        const look = (): void => {
          const packet = packets.find((each) => each.cmd === name && !taken.has(each))
          if (packet === undefined) return
          taken.add(packet)
          waiting.delete(look)
          clearTimeout(deadline)
          resolve(packet as Extract<Packet, { cmd: typeof name }>)
        }
        waiting.add(look)
        look()
      })
    },
    send: (...all) => sendRaw(Buffer.concat(all.map((packet) => generate(packet)))),
    sendRaw,
    ended,
    terminate: () => socket?.terminate(),
    async close() {
      socket?.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
