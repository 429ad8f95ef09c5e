import { once } from 'node:events'
import type { Client } from 'aedes'
import { Aedes } from 'aedes'
import type { FaultSource } from '../faults.ts'
import type { Context } from '../operations/context.ts'
import { keepSubscriptions, noteConnected, noteDisconnected } from '../operations/presence.ts'
import type { ConnectContext } from '../rules/connect.ts'
import { decideConnect } from '../rules/connect.ts'
import { identityOf } from '../rules/identity-id.ts'
import type { Identity } from '../rules/identity-id.ts'
import type { Subscription } from '../rules/identity.ts'
import type { Policies } from '../rules/policies.ts'
import { isKnownFilter, parsePublishTopic } from '../rules/topics.ts'
import { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import { noRouting } from './no-routing.ts'
import { sessionPersistence } from './session-persistence.ts'
import type { SocketStream } from './socket-stream.ts'
import type { TwinSessions } from './twin-session.ts'

export interface MqttServer {
  /** Takes over a socket that a device has opened. */
  accept(socket: SocketStream, secure: boolean): void
  close(): Promise<void>
}

export interface MqttServerParts {
  readonly context: Context
  readonly connections: Connections
  readonly twins: TwinSessions
  readonly faults: FaultSource
  readonly hostName: string
  readonly policies: Policies
  /** How long a connection outlives its token. */
  readonly expiryGraceInSeconds: number
}

/** 1.5 × keep-alive, capped at 1767 seconds (protocol sheet 1.3); 0 means none, as in MQTT itself. */
const maxKeepaliveInSeconds = 1178

/** How often tokens are looked at. Real time, so that a clock set forward by a test is noticed soon. */
const expiryCheckInMs = 250

/** MQTT 3.1.1 by aedes, with its routing and its storage taken out: the hub's own rules decide everything. */
export async function createMqttServer(parts: MqttServerParts): Promise<MqttServer> {
  const { context, connections, twins, faults } = parts
  const byClient = new WeakMap<Client, Connection>()
  const connectContext = (): ConnectContext => ({
    hostName: parts.hostName,
    policies: parts.policies,
    now: context.clock(),
    find: (identity) => context.registry.latest(identity),
  })

  const broker = await Aedes.createBroker({
    mq: noRouting(),
    persistence: sessionPersistence({
      read: (clientId) => context.registry.latest(identityOfClient(clientId))?.subscriptions ?? [],
      remove: (clientId, filters) => {
        const kept = context.registry.latest(identityOfClient(clientId))?.subscriptions ?? []
        const rest = kept.filter(({ filter }) => !filters.includes(filter))
        return keepSubscriptions(context, identityOfClient(clientId), rest)
      },
      clear: (clientId) => keepSubscriptions(context, identityOfClient(clientId), []),
    }),
    preConnect(_client, packet, done) {
      if (packet.keepalive) packet.keepalive = Math.min(packet.keepalive, maxKeepaliveInSeconds)
      // A will is telemetry (protocol sheet 1.3), which this hub does not take yet.
      delete packet.will
      done(null, true)
    },
    authenticate(client, username, password, done) {
      const connection = byClient.get(client)
      // MQTT 3.1 is as wrong as any other CONNECT; aedes itself answers MQTT 5 with code 1, as MQTT 3.1.1 [MQTT-3.1.2-2] wants.
      if (connection === undefined || client.version !== 4) return done(null, false)
      authenticate(connection, client.id, username, password?.toString()).then(
        (code) => (code === 0 ? done(null, true) : done(refusal(code), false)),
        () => done(null, false),
      )
    },
    authorizeSubscribe(client, subscription, done) {
      const connection = client === null ? undefined : byClient.get(client)
      if (connection?.identity === undefined || !isKnownFilter(subscription.topic)) return done(null, null)
      const qos = subscription.qos === 0 ? 0 : 1
      const others = connection.subscriptions.filter(({ filter }) => filter !== subscription.topic)
      connection.subscriptions = [...others, { filter: subscription.topic, qos } satisfies Subscription]
      const stored = client.clean
        ? Promise.resolve()
        : keepSubscriptions(context, connection.identity, connection.subscriptions)
      stored.then(
        () => done(null, subscription),
        () => done(null, null),
      )
    },
    authorizePublish(client, packet, done) {
      const connection = client === null ? undefined : byClient.get(client)
      const request = parsePublishTopic(packet.topic)
      // QoS 2, and a topic that is nobody's, end the connection (protocol sheet 1.3); so does a GET that no answer could name (4.2).
      if (packet.qos === 2) return done(new Error('QoS 2 is not supported'))
      if (connection === undefined || request === undefined) return done(new Error('unknown topic'))
      if (request.type === 'get' && request.rid === undefined) return done(new Error('a twin request needs a $rid'))
      // What is published for QoS 1 is acknowledged once it is stored.
      twins.request(connection, request, Buffer.from(packet.payload)).then(() => done(), done)
    },
  })
  broker.on('unsubscribe', (filters, client) => {
    const connection = byClient.get(client)
    if (connection === undefined || client.closed) return
    connection.subscriptions = connection.subscriptions.filter(({ filter }) => !filters.includes(filter))
  })
  broker.on('connackSent', (_packet, client) => byClient.get(client)?.acknowledged())

  /** @returns the code for CONNACK: 5 for whatever is wrong (protocol sheet 1.5) */
  async function authenticate(
    connection: Connection,
    clientId: string,
    username: string | undefined,
    password: string | undefined,
  ): Promise<number> {
    const verdict = decideConnect({ clientId, username, password }, connectContext())
    if (verdict.type === 'refused') return 5
    const { session } = verdict
    const fault = faults.strike('refuse-connect', session)
    if (fault !== undefined) return fault.code ?? 5
    connection.session = session
    connection.connectedAt = context.clock()
    connections.identified(connection, session.identity)
    faults.silence(connection)
    await noteConnected(context, session)
    return 0
  }

  const expiry = setInterval(() => {
    const latest = context.clock() - parts.expiryGraceInSeconds * 1000
    for (const connection of connections.all()) {
      if (connection.session !== undefined && connection.session.expiresAt <= latest) connection.destroy()
    }
  }, expiryCheckInMs)
  expiry.unref()

  return {
    accept(socket, secure) {
      const connection = new Connection(socket, secure)
      connections.opened(connection)
      faults.silence(connection)
      socket.once('close', () => {
        const { identity } = connection
        if (!connections.closed(connection) || identity === undefined) return
        // Only times are lost if this cannot be stored.
        noteDisconnected(context, identity).catch(() => undefined)
      })
      const client = broker.handle(socket)
      byClient.set(client, connection)
      connection.attach(client)
    },
    async close() {
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
