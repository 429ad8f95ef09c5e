import type { Client } from 'aedes'
import type { IPublishPacket } from 'mqtt-packet'
import { generate } from 'mqtt-packet'
import type { Identity } from '../identity/identity-id.ts'
import type { AcceptedSession } from './decide-connect.ts'
import type { Subscription } from '../identity/identity.ts'
import { purposeOf } from './topics.ts'
import type { Purpose } from './topics.ts'
import type { Published } from './device-publishes.ts'
import type { PacketStream } from './packet-stream.ts'

/** What may wait for a device that does not read. One that reads gets it through in a moment, and the largest answer is far below it. */
const maxUnsentBytes = 8 * 1024 * 1024

/** One socket that speaks MQTT. It has a session once its CONNECT was accepted. */
export class Connection {
  readonly socket: PacketStream
  readonly secure: boolean
  session: AcceptedSession | undefined
  /** What the session was opened with. */
  token: string | undefined
  subscriptions: readonly Subscription[] = []
  will: Published | undefined
  connectedAt = 0
  #client: Client | undefined
  /**
   * The CONNACK or SUBACK that is due. Nothing may go out before CONNACK (MQTT 3.1.1 [MQTT-3.2.0-1]), and a hub that works in order sends what a
   * subscription brings after its SUBACK. The end of the socket settles it too.
   */
  #acknowledged: Promise<void> | undefined
  #acknowledge: () => void = () => undefined

  constructor(socket: PacketStream, secure: boolean) {
    this.socket = socket
    this.secure = secure
    this.#awaitAcknowledgement()
    socket.once('close', () => this.#acknowledge())
  }

  get identity(): Identity | undefined {
    return this.session?.identity
  }

  attach(client: Client): void {
    this.#client = client
  }

  /** The token counts as expired by this time. @returns whether there is a session that it could matter for */
  expireToken(at: number): boolean {
    if (this.session === undefined) return false
    this.session = { ...this.session, expiresAt: Math.min(this.session.expiresAt, at) }
    return true
  }

  /** Clean session 1. */
  get isClean(): boolean {
    return this.#client?.clean ?? true
  }

  #awaitAcknowledgement(): void {
    this.#acknowledged ??= new Promise<void>((resolve) => {
      this.#acknowledge = () => {
        this.#acknowledged = undefined
        resolve()
      }
    })
  }

  /** CONNACK or SUBACK has left. */
  acknowledged(): void {
    this.#acknowledge()
  }

  isSubscribedFor(purpose: Purpose): boolean {
    return this.qosFor(purpose) !== undefined
  }

  /**
   * The highest QoS of the filters that overlap here (MQTT 3.1.1 [MQTT-3.3.5-1]): a message goes out once, however many there are.
   *
   * @returns undefined where nothing is subscribed for it
   */
  qosFor(purpose: Purpose): 0 | 1 | undefined {
    const { identity } = this
    if (identity === undefined) return undefined
    const matching = this.subscriptions.filter(({ filter }) => purposeOf(filter, identity) === purpose)
    if (matching.length === 0) return undefined
    return matching.some(({ qos }) => qos === 1) ? 1 : 0
  }

  subscribe(subscription: Subscription): void {
    this.#awaitAcknowledgement()
    const isOther = ({ filter }: Subscription): boolean => filter !== subscription.filter
    this.subscriptions = this.subscriptions.every(isOther)
      ? [...this.subscriptions, subscription]
      : this.subscriptions.map((each) => (isOther(each) ? each : subscription))
  }

  /** Sends with QoS 0, as IoT Hub does (docs/protocol/protocol.md §4.2). Resolves when written or when the connection is gone. */
  publish(topic: string, payload: string | Uint8Array): Promise<void> {
    return this.#send({ qos: 0, dup: false, topic, payload: Buffer.from(payload) })
  }

  publishAtLeastOnce(message: { topic: string; payload: Buffer; messageId: number; dup: boolean }): Promise<void> {
    return this.#send({ qos: 1, ...message })
  }

  /**
   * Past aedes: all devices share the filter of twin answers, and its packet identifiers start anew with each connection, while a message that comes
   * again has to have the identifier of its first time (MQTT 3.1.1 [MQTT-4.4.0-1]). The hub is the only user of identifiers on the way out.
   */
  async #send(message: Omit<IPublishPacket, 'cmd' | 'retain'>): Promise<void> {
    await this.#acknowledged
    if (!this.#hasRoom()) return
    const bytes = generate({ cmd: 'publish', retain: false, ...message })
    await new Promise<void>((resolve) => this.socket.write(bytes, () => resolve()))
  }

  /** A device that has stopped reading loses its connection, so that the hub need not keep for it what it was sent. */
  #hasRoom(): boolean {
    if (this.socket.writableLength > maxUnsentBytes) this.destroy()
    return !this.socket.destroyed
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.write(bytes)
  }

  /** Ends the socket at once, without a goodbye of MQTT, of the WebSocket or of TLS. */
  destroy(): void {
    this.socket.terminate()
  }
}
