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
  /** Whether CONNACK has left: nothing may go out before it (MQTT 3.1.1 [MQTT-3.2.0-1]). */
  acknowledged = false
  #client: Client | undefined

  constructor(socket: SocketStream, secure: boolean) {
    this.socket = socket
    this.secure = secure
  }

  get identity(): Identity | undefined {
    return this.session?.identity
  }

  attach(client: Client): void {
    this.#client = client
  }

  isSubscribedTo(filter: string): boolean {
    return this.acknowledged && this.subscriptions.some((each) => each.filter === filter)
  }

  /**
   * Sends to this one client, past aedes' own routing, since all devices share the filter of twin answers. QoS 0, as IoT Hub does
   * (protocol sheet 4.2). Resolves when written or when the connection is gone.
   */
  publish(topic: string, payload: string | Uint8Array): Promise<void> {
    const client = this.#client
    if (client === undefined) return Promise.resolve()
    return new Promise((resolve) => {
      client.publish({ cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain: false, dup: false }, () =>
        resolve(),
      )
    })
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.write(bytes)
  }

  /** Ends the socket at once, without a goodbye of MQTT, of the WebSocket or of TLS. */
  destroy(): void {
    this.socket.terminate()
  }
}
