import type { Client } from 'aedes'
import { type IPublishPacket, generate } from 'mqtt-packet'
import type { Identity } from '../identity/identity-id.ts'
import type { AcceptedSession } from './decide-connect.ts'
import type { Subscription } from '../identity/identity.ts'
import { OutgoingWindow } from './outgoing-window.ts'
import { purposeOf, type Purpose } from './topics.ts'
import type { PacketStream } from './packet-stream.ts'
import { LatePubacks } from './pubacks.ts'
import type { Published } from './published.ts'

/**
 * The limit of unsent bytes for a device that does not read. A device that reads stays far below
 * it, and so does the largest answer.
 */
const MAX_UNSENT_BYTES = 8 * 1024 * 1024

/** An MQTT connection. It has a session after the hub accepts its CONNECT. */
export class Connection {
  readonly socket: PacketStream
  readonly secure: boolean
  session: AcceptedSession | undefined
  /** The password of the CONNECT. */
  token: string | undefined
  subscriptions: readonly Subscription[] = []
  will: Published | undefined
  connectedAt = 0
  /** Whether this continues a persistent session that has a subscription to messages. */
  resumesMessages = false
  readonly window: OutgoingWindow = new OutgoingWindow()
  readonly #latePubacks = new LatePubacks((bytes) => this.sendBytes(bytes))
  #client: Client | undefined
  /**
   * Pending until the next CONNACK or SUBACK has left, or the socket has closed. No packet may
   * precede CONNACK (MQTT 3.1.1 [MQTT-3.2.0-1]). A hub that handles packets in order sends the
   * messages of a subscription after its SUBACK.
   */
  #acknowledged: Promise<void> | undefined
  #acknowledge: () => void = () => undefined

  constructor(socket: PacketStream, secure: boolean) {
    this.socket = socket
    this.secure = secure
    this.#awaitAcknowledgment()
    socket.once('close', () => {
      this.#acknowledge()
      this.#latePubacks.close()
    })
  }

  get identity(): Identity | undefined {
    return this.session?.identity
  }

  attach(client: Client): void {
    this.#client = client
  }

  /** Treats the token as expired since a time. @returns whether there is a session */
  expireToken(at: number): boolean {
    if (this.session === undefined) return false
    this.session = { ...this.session, expiresAt: Math.min(this.session.expiresAt, at) }
    return true
  }

  /** Clean session 1. */
  get isClean(): boolean {
    return this.#client?.clean ?? true
  }

  #awaitAcknowledgment(): void {
    this.#acknowledged ??= new Promise<void>((resolve) => {
      this.#acknowledge = () => {
        this.#acknowledged = undefined
        resolve()
      }
    })
  }

  /** Handles that CONNACK or SUBACK has left. */
  acknowledged(): void {
    this.#acknowledge()
  }

  isSubscribedFor(purpose: Purpose): boolean {
    return this.qosFor(purpose) !== undefined
  }

  /**
   * The highest QoS of the filters for a purpose. If filters overlap, the hub sends a message once
   * (MQTT 3.1.1 [MQTT-3.3.5-1]).
   *
   * @returns undefined without a subscription
   */
  qosFor(purpose: Purpose): 0 | 1 | undefined {
    const { identity } = this
    if (identity === undefined) return undefined
    const matching = this.subscriptions.filter(({ filter }) => purposeOf(filter, identity) === purpose)
    if (matching.length === 0) return undefined
    return matching.some(({ qos }) => qos === 1) ? 1 : 0
  }

  subscribe(subscription: Subscription): void {
    this.#awaitAcknowledgment()
    const isOther = ({ filter }: Subscription): boolean => filter !== subscription.filter
    this.subscriptions = this.subscriptions.every(isOther)
      ? [...this.subscriptions, subscription]
      : this.subscriptions.map((each) => (isOther(each) ? each : subscription))
  }

  /**
   * Sends with QoS 0, as IoT Hub does (docs/protocol/protocol.md §4.2). Resolves when the packet is
   * written or the connection has closed.
   */
  publish(topic: string, payload: string | Uint8Array): Promise<void> {
    return this.#send({ qos: 0, dup: false, topic, payload: Buffer.from(payload) })
  }

  /**
   * Sends once, with a QoS. QoS 1 waits for room in the window.
   *
   * @param acknowledged called when QoS 0 is written, or QoS 1 acknowledged
   * @returns cancels the sending, if it has not happened
   */
  publishOnce(
    qos: 0 | 1,
    message: { topic: string; payload: Buffer },
    acknowledged = (): void => undefined,
  ): () => void {
    if (qos === 0) {
      void this.publish(message.topic, message.payload).then(acknowledged)
      return () => undefined
    }
    const send = (messageId: number): void => void this.publishAtLeastOnce({ ...message, messageId, dup: false })
    return this.window.enqueue(send, acknowledged)
  }

  /** Whether the next PUBACK has to wait for an earlier PUBACK that is late. */
  get hasLatePuback(): boolean {
    return this.#latePubacks.isLate
  }

  sendPubackLater(messageId: number, delayInMs: number): void {
    this.#latePubacks.acknowledge(messageId, delayInMs)
  }

  publishAtLeastOnce(message: { topic: string; payload: Buffer; messageId: number; dup: boolean }): Promise<void> {
    return this.#send({ qos: 1, ...message })
  }

  /**
   * Bypasses the routing of aedes, for two reasons. All devices share the filter of twin answers.
   * And aedes numbers packets from 1 on each connection, but a message keeps its packet identifier
   * when it is sent again (MQTT 3.1.1 [MQTT-4.4.0-1]).
   */
  async #send(message: Omit<IPublishPacket, 'cmd' | 'retain'>): Promise<void> {
    await this.#acknowledged
    if (!this.#hasRoom()) return
    const bytes = generate({ cmd: 'publish', retain: false, ...message })
    await new Promise<void>((resolve) => this.socket.write(bytes, () => resolve()))
  }

  /** Destroys the connection of a device that has stopped reading, to bound the memory for it. */
  #hasRoom(): boolean {
    if (this.socket.writableLength > MAX_UNSENT_BYTES) this.destroy()
    return !this.socket.destroyed
  }

  sendBytes(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes)
  }

  /** Closes the socket at once, without a goodbye of MQTT, WebSocket, or TLS. */
  destroy(): void {
    this.socket.terminate()
  }
}
