import { once } from 'node:events'
import { type Client, Aedes } from 'aedes'
import type { CloudDeliveries } from '../messages/cloud-deliveries.ts'
import type { MethodCalls } from '../methods/method-calls.ts'
import { emitDisconnected } from './authentication.ts'
import { type BrokerParts, brokerHooks } from './broker-hooks.ts'
import { type Connection, createConnection, destroyConnection, handleAcknowledged, windowOf } from './connection.ts'
import { noRouting } from './no-routing.ts'
import { handlePuback } from './outgoing-window.ts'
import { type PacketStream, releasePackets } from './packet-stream.ts'
import { recordDisconnected } from './presence.ts'
import { createKeptSession, sessionPersistence } from './session-persistence.ts'

export interface MqttServer {
  /** Handles MQTT on a socket that a device has opened. */
  accept(stream: PacketStream, secure: boolean): void
  /** Closes the connections whose token has expired, after the grace period. */
  closeExpired(): void
  /**
   * Closes every connection and abandons its pending requests, so that they cannot change the state
   * that comes next.
   */
  dropAll(): void
  close(): Promise<void>
}

export interface MqttServerParts extends BrokerParts {
  readonly methods: MethodCalls
  readonly deliveries: CloudDeliveries
  /** How long a connection outlives its token. */
  readonly expiryGraceInSeconds: number
  /** How long a socket may be open without a CONNECT. */
  readonly connectTimeoutInMs: number
}

/** How often the hub checks tokens for their expiry. */
const EXPIRY_CHECK_IN_MS = 250

/**
 * An MQTT 3.1.1 server: aedes without its routing and its storage. The hub's own rules decide
 * everything.
 */
export async function createMqttServer(parts: MqttServerParts): Promise<MqttServer> {
  const { context, connections, deliveries, faults } = parts
  const byClient = new WeakMap<object, Connection>()
  const connectionOf = (client: Client | null): Connection | undefined =>
    client === null ? undefined : byClient.get(client)

  /** Counts only on the connection that the message was sent over. */
  async function acknowledge(client: object, packetId: number): Promise<void> {
    const connection = byClient.get(client)
    if (connection === undefined) return
    // If the store fails, the hub sends the message again, which QoS 1 allows.
    await handlePuback(windowOf(connection), packetId).catch(context.onError)
    deliveries.deliver(connection)
  }
  let isClosing = false

  const broker = await Aedes.createBroker({
    connectTimeout: parts.connectTimeoutInMs,
    mq: noRouting(),
    persistence: sessionPersistence(createKeptSession(context), acknowledge),
    ...brokerHooks(parts, connectionOf, () => isClosing),
  })
  addBrokerListeners(broker, parts, connectionOf)

  function closeExpired(): void {
    const latest = context.clock() - parts.expiryGraceInSeconds * 1000
    for (const connection of connections.all()) {
      if (connection.session !== undefined && connection.session.expiresAt <= latest) destroyConnection(connection)
    }
  }

  function handleClose(connection: Connection): void {
    const identity = connection.session?.identity
    if (!connections.closed(connection) || identity === undefined) return
    emitDisconnected(context, connection)
    // If the store fails, only timestamps are lost.
    recordDisconnected(context, identity).catch(() => undefined)
  }

  const expiryTimer = setInterval(closeExpired, EXPIRY_CHECK_IN_MS).unref()

  return {
    closeExpired,
    dropAll() {
      for (const connection of [...connections.all()]) {
        if (connections.closed(connection)) emitDisconnected(context, connection)
        connection.session = undefined
        destroyConnection(connection)
      }
    },
    accept(stream, secure) {
      const connection = createConnection(stream, secure)
      connections.opened(connection)
      faults.silence(connection)
      stream.duplex.once('close', () => handleClose(connection))
      const client = broker.handle(stream.duplex)
      byClient.set(client, connection)
      connection.client = client
    },
    async close() {
      isClosing = true
      clearInterval(expiryTimer)
      const open = [...connections.all()].filter(({ stream }) => !stream.duplex.closed)
      const closed = open.map(({ stream }) => once(stream.duplex, 'close'))
      for (const connection of open) destroyConnection(connection)
      await Promise.all(closed)
      await new Promise<void>((resolve) => broker.close(resolve))
    },
  }
}

function addBrokerListeners(
  broker: Aedes,
  { methods, deliveries }: MqttServerParts,
  connectionOf: (client: Client) => Connection | undefined,
): void {
  broker.on('connackSent', (_packet, client) => {
    const connection = connectionOf(client)
    if (connection !== undefined) handleAcknowledged(connection)
    if (connection?.session !== undefined) sendPending(connection)
  })
  broker.on('clientReady', (client) => {
    const connection = connectionOf(client)
    if (connection !== undefined) releasePackets(connection.stream)
  })
  broker.on('subscribe', (_subscriptions, client) => {
    const connection = connectionOf(client)
    if (connection === undefined) return
    handleAcknowledged(connection)
    sendPending(connection)
  })
  broker.on('unsubscribe', (filters, client) => {
    const connection = connectionOf(client)
    if (connection === undefined || client.closed) return
    connection.subscriptions = connection.subscriptions.filter(({ filter }) => !filters.includes(filter))
  })

  /** Sends the method calls and messages that wait for a subscription. */
  function sendPending(connection: Connection): void {
    methods.handleReady(connection)
    deliveries.deliver(connection)
  }
}
