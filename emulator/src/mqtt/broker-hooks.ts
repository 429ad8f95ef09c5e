import type { AedesOptions, Client, PublishPacket } from 'aedes'
import { createEarlyPackets } from '../faults/early-packets.ts'
import type { FaultSource } from '../faults/faults.ts'
import { type AuthenticationParts, createAuthentication } from './authentication.ts'
import { type Connection, subscribe } from './connection.ts'
import type { DevicePublishes } from './device-publishes.ts'
import { keepSubscriptions } from './presence.ts'
import type { Published } from './published.ts'
import { hasLatePuback, sendPubackLater } from './send-to-device.ts'
import { purposeOf } from './topics.ts'

export interface BrokerParts extends Omit<AuthenticationParts, 'early'> {
  readonly publishes: DevicePublishes
}

type BrokerHooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizeSubscribe' | 'authorizePublish'>
>

/**
 * 1.5 × keep-alive, capped at 1767 seconds (docs/protocol/protocol.md §1.3). 0 means no limit, as
 * in MQTT itself.
 */
const MAX_KEEPALIVE_IN_SECONDS = 1178

/** The decisions of the hub that aedes asks for: CONNECT, SUBSCRIBE, and PUBLISH. */
export function brokerHooks(
  parts: BrokerParts,
  connectionOf: (client: Client | null) => Connection | undefined,
  isClosing: () => boolean,
): BrokerHooks {
  const { context, publishes } = parts
  const early = createEarlyPackets(parts.faults)
  const authenticate = createAuthentication({ ...parts, early })

  async function acceptPublish(connection: Connection, packet: PublishPacket): Promise<void> {
    await publishes.accept(connection, packet)
    if (handlesPuback(parts.faults, connection, packet)) packet.qos = 0
  }

  return {
    preConnect(client, packet, done) {
      if (packet.keepalive) packet.keepalive = Math.min(packet.keepalive, MAX_KEEPALIVE_IN_SECONDS)
      const connection = connectionOf(client)
      if (connection !== undefined && packet.will !== undefined) connection.will = packet.will
      done(null, true)
    },

    authenticate(client, username, password, done) {
      const connection = connectionOf(client)
      // The hub refuses MQTT 3.1 like any wrong CONNECT. aedes itself answers MQTT 5 with code 1,
      // as MQTT 3.1.1 [MQTT-3.1.2-2] requires.
      if (connection === undefined || client.version !== 4) return done(null, false)
      authenticate(connection, { clientId: client.id, username, password: password?.toString() }).then(
        (code) => (code === 0 ? done(null, true) : done(refusal(code), false)),
        () => done(null, false),
      )
    },

    authorizeSubscribe(client, subscription, done) {
      const connection = connectionOf(client)
      const identity = connection?.session?.identity
      if (connection === undefined || identity === undefined) return done(null, null)
      const purpose = purposeOf(subscription.topic, identity)
      if (purpose === undefined) return done(null, null)
      const grant = async (): Promise<void> => {
        subscribe(connection, { filter: subscription.topic, qos: subscription.qos === 0 ? 0 : 1 })
        if (!client.clean) await keepSubscriptions(context, identity, connection.subscriptions)
      }
      // Without the fault, the filter takes effect at once, so that a GET in the same read gets its
      // response.
      const overtaken = purpose === 'twin-responses' ? early.letGetOvertake(connection) : undefined
      const granted = overtaken === undefined ? grant() : overtaken.then(grant)
      granted.then(
        () => done(null, subscription),
        () => done(null, null),
      )
    },

    authorizePublish(client, packet, done) {
      const connection = connectionOf(client)
      if (connection === undefined) return done(new Error('unknown client'))
      // aedes also asks about the will of a device that left without DISCONNECT.
      if (connection.will !== undefined && (packet as Published) === connection.will) {
        // When the hub itself closes, no device has left.
        if (!isClosing()) publishes.acceptWill(connection, connection.will)
        return done()
      }
      // aedes sends PUBACK for QoS 1 after `done`, so after the message is stored.
      acceptPublish(connection, packet).then(() => done(), done)
    },
  }
}

/**
 * Sends PUBACK late or never, if a fault requires it.
 *
 * @returns whether aedes must not send it
 */
function handlesPuback(faults: FaultSource, connection: Connection, { qos, messageId = 0 }: PublishPacket): boolean {
  if (qos !== 1) return false
  const occasion = { identity: connection.session?.identity, operation: 'puback' } as const
  if (faults.apply('lose', occasion)) return true
  const delayInMs = faults.apply('delay', occasion)?.milliseconds ?? 0
  if (delayInMs === 0 && !hasLatePuback(connection)) return false
  sendPubackLater(connection, messageId, delayInMs)
  return true
}

type AuthenticateError = Parameters<Parameters<BrokerHooks['authenticate']>[3]>[0]

function refusal(returnCode: number): AuthenticateError {
  return Object.assign(new Error('refused'), { returnCode })
}
