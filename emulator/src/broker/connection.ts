import type { Client } from 'aedes'
import type { Identity } from '../rules/identity-id.ts'
import type { AcceptedSession } from '../rules/connect.ts'
import type { Subscription } from '../rules/identity.ts'
import type { SocketStream } from './socket-stream.ts'

/** One socket that speaks MQTT. It has a session once its CONNECT was accepted. */
export class Connection {
  readonly socket: SocketStream
  readonly secure: boolean
  session: AcceptedSession | undefined
  subscriptions: readonly Subscription[] = []
  connectedAt = 0
  #client: Client | undefined
  /** Nothing may go out before CONNACK (MQTT 3.1.1 [MQTT-3.2.0-1]). */
  readonly #acknowledged: Promise<void>
  #acknowledge: () => void = () => undefined
  /** aedes forgets a callback where the socket ends first. */
  readonly #gone: Promise<void>

  constructor(socket: SocketStream, secure: boolean) {
    this.socket = socket
    this.secure = secure
    this.#acknowledged = new Promise<void>((resolve) => {
      this.#acknowledge = resolve
    })
    this.#gone = new Promise<void>((resolve) => {
      socket.once('close', () => resolve())
    })
  }

  get identity(): Identity | undefined {
    return this.session?.identity
  }

  attach(client: Client): void {
    this.#client = client
  }

  /** CONNACK has left. */
  acknowledged(): void {
    this.#acknowledge()
  }

  isSubscribedTo(filter: string): boolean {
    return this.subscriptions.some((each) => each.filter === filter)
  }

  /**
   * Sends to this one client, past aedes' own routing, since all devices share the filter of twin answers. QoS 0, as IoT Hub does
   * (protocol sheet 4.2). Resolves when written or when the connection is gone.
   */
  async publish(topic: string, payload: string | Uint8Array): Promise<void> {
    await Promise.race([this.#acknowledged, this.#gone])
    const client = this.#client
    if (client === undefined || this.socket.destroyed) return
    const written = new Promise<void>((resolve) => {
      client.publish({ cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain: false, dup: false }, () =>
        resolve(),
      )
    })
    await Promise.race([written, this.#gone])
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.write(bytes)
  }

  /** Ends the socket at once, without a goodbye of MQTT, of the WebSocket or of TLS. */
  destroy(): void {
    this.socket.terminate()
  }
}
