import type { Client } from 'aedes'
import type { AcceptedSession } from './decide-connect.ts'
import type { Subscription } from '../identity/identity.ts'
import { type OutgoingWindow, createOutgoingWindow } from './outgoing-window.ts'
import { purposeOf, type Purpose } from './topics.ts'
import { type PacketStream, terminate } from './packet-stream.ts'
import type { LatePubacks } from './pubacks.ts'
import type { Published } from './published.ts'

/** An MQTT connection. It has a session after the hub accepts its CONNECT. */
export interface Connection {
  readonly stream: PacketStream
  readonly secure: boolean
  /** The broker's side, as soon as the broker handles the stream. */
  client: Client | undefined
  session: AcceptedSession | undefined
  /** The password of the CONNECT. */
  token: string | undefined
  subscriptions: readonly Subscription[]
  will: Published | undefined
  connectedAt: number
  /** Whether this continues a persistent session that has a subscription to messages. */
  resumesMessages: boolean
  /** `undefined` until the first QoS 1 message to the device. Read it with `windowOf()`. */
  window: OutgoingWindow | undefined
  /** `undefined` until a fault delays PUBACK. */
  latePubacks: LatePubacks | undefined
  /**
   * Pending until the next CONNACK or SUBACK has left, or the socket has closed. No packet may
   * precede CONNACK (MQTT 3.1.1 [MQTT-3.2.0-1]). A hub that handles packets in order sends the
   * messages of a subscription after its SUBACK.
   */
  acknowledgment: Acknowledgment | undefined
}

interface Acknowledgment {
  readonly left: Promise<void>
  readonly settle: () => void
}

export function createConnection(stream: PacketStream, secure: boolean): Connection {
  const connection: Connection = {
    stream,
    secure,
    client: undefined,
    session: undefined,
    token: undefined,
    subscriptions: [],
    will: undefined,
    connectedAt: 0,
    resumesMessages: false,
    window: undefined,
    latePubacks: undefined,
    acknowledgment: awaitAcknowledgment(),
  }
  stream.duplex.once('close', () => {
    handleAcknowledged(connection)
    connection.latePubacks?.close()
  })
  return connection
}

function awaitAcknowledgment(): Acknowledgment {
  let settle = (): void => undefined
  const left = new Promise<void>((resolve) => {
    settle = resolve
  })
  return { left, settle }
}

/** Handles that CONNACK or SUBACK has left. */
export function handleAcknowledged(connection: Connection): void {
  connection.acknowledgment?.settle()
  connection.acknowledgment = undefined
}

/** Treats the token as expired since the given time. @returns whether there is a session */
export function expireToken(connection: Connection, at: number): boolean {
  const { session } = connection
  if (session === undefined) return false
  connection.session = { ...session, expiresAt: Math.min(session.expiresAt, at) }
  return true
}

/** Clean session 1. */
export function isClean({ client }: Connection): boolean {
  return client?.clean ?? true
}

export function isSubscribedFor(connection: Connection, purpose: Purpose): boolean {
  return qosFor(connection, purpose) !== undefined
}

/**
 * The highest QoS of the filters for a purpose. If filters overlap, the hub sends a message once
 * (MQTT 3.1.1 [MQTT-3.3.5-1]).
 *
 * @returns undefined without a subscription
 */
export function qosFor({ session, subscriptions }: Connection, purpose: Purpose): 0 | 1 | undefined {
  if (session === undefined) return undefined
  const matching = subscriptions.filter(({ filter }) => purposeOf(filter, session.identity) === purpose)
  if (matching.length === 0) return undefined
  return matching.some(({ qos }) => qos === 1) ? 1 : 0
}

export function subscribe(connection: Connection, subscription: Subscription): void {
  const { subscriptions } = connection
  connection.acknowledgment ??= awaitAcknowledgment()
  const isOther = ({ filter }: Subscription): boolean => filter !== subscription.filter
  connection.subscriptions = subscriptions.every(isOther)
    ? [...subscriptions, subscription]
    : subscriptions.map((each) => (isOther(each) ? each : subscription))
}

/** The QoS 1 messages to the device that wait for PUBACK. */
export function windowOf(connection: Connection): OutgoingWindow {
  return (connection.window ??= createOutgoingWindow())
}

/** Closes the socket at once, without the closing messages of MQTT, WebSocket, and TLS. */
export function destroyConnection({ stream }: Connection): void {
  terminate(stream)
}
