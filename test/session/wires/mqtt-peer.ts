import type { AddressInfo } from 'node:net'
import { generate, parser, type Packet } from 'mqtt-packet'
import { type WebSocket, WebSocketServer } from 'ws'

/**
 * The peer of a wire, over a real socket: it records packets and sends what a test passes to it.
 */
export interface MqttPeer {
  readonly url: string
  readonly packets: readonly Packet[]
  /** The names of the packets in each WebSocket message. */
  readonly frames: readonly string[][]
  /** The names of packets, and `open` and `close` of each socket, in order. */
  readonly log: readonly string[]
  /** Resolves with the next packet of this name that no call has returned yet. */
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
  const log: string[] = []
  const taken = new Set<Packet>()
  const waiting = new Set<() => void>()
  let socket: WebSocket | undefined
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })

  server.on('connection', (opened) => {
    socket = opened
    log.push('open')
    const reader = parser({ protocolVersion: 4 })
    reader.on('packet', (packet) => {
      packets.push(packet)
      log.push(packet.cmd)
      frames.at(-1)?.push(packet.cmd)
      for (const check of waiting) check()
    })
    opened.on('message', (data: Buffer) => {
      frames.push([])
      reader.parse(data)
    })
    opened.on('close', () => {
      log.push('close')
      end()
    })
    opened.on('error', () => {})
  })

  const sendRaw = (data: Uint8Array | string): void => socket?.send(data)
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    packets,
    frames,
    log,
    next(name) {
      return new Promise((resolve, reject) => {
        const deadline = setTimeout(() => reject(new Error(`No ${name} came; ${JSON.stringify(frames)}`)), 5000)
        const check = (): void => {
          const packet = packets.find((each) => each.cmd === name && !taken.has(each))
          if (packet === undefined) return
          taken.add(packet)
          waiting.delete(check)
          clearTimeout(deadline)
          resolve(packet as Extract<Packet, { cmd: typeof name }>)
        }
        waiting.add(check)
        check()
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
