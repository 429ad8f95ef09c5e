import { once } from 'node:events'
import type { Client } from 'aedes'
import { Aedes } from 'aedes'
import type { FaultSource } from '../faults/faults.ts'
import type { Context } from '../hub/context.ts'
import { keepSubscriptions, noteDisconnected } from './presence.ts'
import { identityOf } from '../identity/identity-id.ts'
import type { Identity } from '../identity/identity-id.ts'
import type { Policies } from '../access/policies.ts'
import { purposeOf } from './topics.ts'
import { createAuthentication, tellGone } from './authentication.ts'
import type { CloudDeliveries } from '../messages/cloud-deliveries.ts'
import { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import type { DevicePublishes, Published } from './device-publishes.ts'
import { createEarlyPackets } from '../faults/early-packets.ts'
import type { MethodCalls } from '../methods/method-calls.ts'
import { noRouting } from './no-routing.ts'
import type { PacketStream } from './packet-stream.ts'
import { sessionPersistence } from './session-persistence.ts'

export interface MqttServer {
  /** Takes over a socket that a device has opened. */
  accept(socket: PacketStream, secure: boolean): void
  /** Closes the connections whose token and grace are over. */
  endExpired(): void
  /** Ends every connection, and with it what its device has asked for: nothing of that may touch the state that comes. */
  dropAll(): void
  close(): Promise<void>
}

export interface MqttServerParts {
  readonly context: Context
  readonly connections: Connections
  readonly publishes: DevicePublishes
  readonly methods: MethodCalls
  readonly deliveries: CloudDeliveries
  readonly faults: FaultSource
  readonly hostName: string
  readonly policies: Policies
  /** How long a connection outlives its token. */
  readonly expiryGraceInSeconds: number
  /** How long a socket may be open without a CONNECT. */
  readonly connectTimeoutInMs: number
}

/** 1.5 × keep-alive, capped at 1767 seconds (docs/protocol/protocol.md §1.3); 0 means none, as in MQTT itself. */
const maxKeepaliveInSeconds = 1178

/** How often tokens are looked at. */
const expiryCheckInMs = 250

/** MQTT 3.1.1 by aedes, with its routing and its storage taken out: the hub's own rules decide everything. */
export async function createMqttServer(parts: MqttServerParts): Promise<MqttServer> {
  const { context, connections, publishes, methods, deliveries, faults } = parts
  const byClient = new WeakMap<Client, Connection>()
  const early = createEarlyPackets(faults)
  const authenticate = createAuthentication({ ...parts, early })
  let closing = false

  const broker = await Aedes.createBroker({
    connectTimeout: parts.connectTimeoutInMs,
    mq: noRouting(),
    persistence: sessionPersistence({
      read: (clientId) => context.registry.latest(identityOfClient(clientId))?.subscriptions ?? [],
      remove: (clientId, filters) => {
        const kept = context.registry.latest(identityOfClient(clientId))?.subscriptions ?? []
        const rest = kept.filter(({ filter }) => !filters.includes(filter))
        return keepSubscriptions(context, identityOfClient(clientId), rest)
      },
      clear: (clientId) => keepSubscriptions(context, identityOfClient(clientId), []),
      async acknowledged(clientId, packetId) {
        const connection = connections.find(identityOfClient(clientId))
        // If this cannot be stored the message comes again, which is what QoS 1 allows.
        if (connection !== undefined) await deliveries.acknowledged(connection, packetId).catch(context.onError)
      },
    }),
    preConnect(client, packet, done) {
      if (packet.keepalive) packet.keepalive = Math.min(packet.keepalive, maxKeepaliveInSeconds)
      const connection = byClient.get(client)
      if (connection !== undefined && packet.will !== undefined) connection.will = packet.will
      done(null, true)
    },
    authenticate(client, username, password, done) {
      const connection = byClient.get(client)
      // MQTT 3.1 is as wrong as any other CONNECT; aedes itself answers MQTT 5 with code 1, as MQTT 3.1.1 [MQTT-3.1.2-2] wants.
      if (connection === undefined || client.version !== 4) return done(null, false)
      authenticate(connection, { clientId: client.id, username, password: password?.toString() }).then(
        (code) => (code === 0 ? done(null, true) : done(refusal(code), false)),
        () => done(null, false),
      )
    },
    authorizeSubscribe(client, subscription, done) {
      const connection = client === null ? undefined : byClient.get(client)
      const identity = connection?.identity
      if (connection === undefined || identity === undefined) return done(null, null)
      const purpose = purposeOf(subscription.topic, identity)
      if (purpose === undefined) return done(null, null)
      const subscribe = async (): Promise<void> => {
        connection.subscribe({ filter: subscription.topic, qos: subscription.qos === 0 ? 0 : 1 })
        if (!client.clean) await keepSubscriptions(context, identity, connection.subscriptions)
      }
      // Without the fault the filter holds at once, so that a GET in the same read finds it.
      const turn = purpose === 'twin-answers' ? early.overtaken(connection) : undefined
      const subscribed = turn === undefined ? subscribe() : turn.then(subscribe)
      subscribed.then(
        () => done(null, subscription),
        () => done(null, null),
      )
    },
    authorizePublish(client, packet, done) {
      const connection = client === null ? undefined : byClient.get(client)
      if (connection === undefined) return done(new Error('unknown client'))
      // aedes asks for a will too, once its device has gone without a goodbye.
      if (connection.will !== undefined && (packet as Published) === connection.will) {
        // A hub that closes takes leave of everyone itself.
        if (!closing) publishes.takeWill(connection, connection.will)
        return done()
      }
      // What is published for QoS 1 is acknowledged once it is stored.
      publishes.take(connection, packet).then(() => done(), done)
    },
  })
  broker.on('unsubscribe', (filters, client) => {
    const connection = byClient.get(client)
    if (connection === undefined || client.closed) return
    connection.subscriptions = connection.subscriptions.filter(({ filter }) => !filters.includes(filter))
  })
  broker.on('subscribe', (_subscriptions, client) => byClient.get(client)?.acknowledged())
  broker.on('connackSent', (_packet, client) => {
    const connection = byClient.get(client)
    if (connection === undefined) return
    connection.acknowledged()
    if (connection.identity !== undefined) ready(connection)
  })
  broker.on('clientReady', (client) => byClient.get(client)?.socket.release())
  broker.on('subscribe', (_subscriptions, client) => {
    const connection = byClient.get(client)
    if (connection !== undefined) ready(connection)
  })

  /** What waited for a subscription goes out, after the SUBACK or CONNACK. */
  function ready(connection: Connection): void {
    methods.ready(connection)
    deliveries.deliver(connection)
  }

  function endExpired(): void {
    const latest = context.clock() - parts.expiryGraceInSeconds * 1000
    for (const connection of connections.all()) {
      if (connection.session !== undefined && connection.session.expiresAt <= latest) connection.destroy()
    }
  }

  const expiry = setInterval(endExpired, expiryCheckInMs).unref()

  return {
    endExpired,
    dropAll() {
      for (const connection of [...connections.all()]) {
        if (connections.closed(connection)) tellGone(context, connection)
        connection.session = undefined
        connection.destroy()
      }
    },
    accept(socket, secure) {
      const connection = new Connection(socket, secure)
      connections.opened(connection)
      faults.silence(connection)
      socket.once('close', () => {
        const { identity } = connection
        if (!connections.closed(connection) || identity === undefined) return
        tellGone(context, connection)
        // Only times are lost if this cannot be stored.
        noteDisconnected(context, identity).catch(() => undefined)
      })
      const client = broker.handle(socket)
      byClient.set(client, connection)
      connection.attach(client)
    },
    async close() {
      closing = true
      clearInterval(expiry)
      const open = [...connections.all()].filter(({ socket }) => !socket.closed)
      const closed = open.map(({ socket }) => once(socket, 'close'))
      for (const connection of open) connection.destroy()
      await Promise.all(closed)
      await new Promise<void>((resolve) => broker.close(resolve))
    },
  }
}

function identityOfClient(clientId: string): Identity {
  const [deviceId = '', moduleId] = clientId.split('/')
  return identityOf(deviceId, moduleId)
}

function refusal(returnCode: number): Error & { returnCode: number } {
  return Object.assign(new Error('refused'), { returnCode })
}
