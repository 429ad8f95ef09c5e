import type { TwinError } from '../errors.ts'
import type { DeviceIdentity } from '../protocol/identity.ts'
import type { Filter } from '../protocol/filter.ts'
import type { Clock } from '../session/clock.ts'
import type { Channel, FeatureMessage } from '../session/features.ts'

/**
 * A part of a device in addition to its twin, such as telemetry. `openDevice` attaches it before it
 * connects, so that the first SUBSCRIBE has its filters.
 *
 * @typeParam Api what the app gets as a property of the device
 * @example
 * ```ts
 * import { type AttachedFeature, type Feature, type FeatureHost, openDevice } from 'hubtwin'
 *
 * interface Heartbeat {
 *   beat(): Promise<void>
 * }
 *
 * const heartbeat: Feature<Heartbeat> = {
 *   attach(host: FeatureHost): AttachedFeature<Heartbeat> {
 *     const topic = `devices/${host.identity.deviceId}/messages/events/`
 *     return { api: { beat: () => host.publishAtLeastOnce(topic, String(host.clock.now())) } }
 *   },
 * }
 *
 * declare const connectionString: string
 * const device = openDevice(connectionString, { use: { heartbeat } })
 * await device.heartbeat.beat()
 * await device.close()
 * ```
 */
export interface Feature<Api> {
  attach(host: FeatureHost): AttachedFeature<Api>
}

/**
 * The device, as a feature sees it. A renewal of the token waits for the PUBACK of each QoS 1
 * publish, for up to 5 s.
 */
export interface FeatureHost extends Omit<Channel, 'checkIdle'> {
  readonly identity: DeviceIdentity
  readonly clock: Clock
  /** The option of `openDevice`. */
  readonly requestTimeoutInMs: number
  /**
   * Delays the renewal of the token, for up to 5 s, because an open task needs this connection.
   *
   * @returns ends the delay
   */
  hold(): () => void
  /** The app in this tab can handle more than before: a message may be waiting for it. */
  announce(): void
  /** Tabs share the device, and each has its own feature. */
  readonly isShared: boolean
}

/**
 * A feature of a device, with its API for the app.
 *
 * @example
 * ```ts
 * import type { AttachedFeature, Channel, Clock } from 'hubtwin'
 * import type { ConnectionState, FeatureMessage, Filter } from 'hubtwin'
 *
 * const filters: readonly Filter[] = [{ topic: '$iothub/methods/POST/#', qos: 0 }]
 *
 * // Answers every direct method with the time.
 * function answerWithTime(channel: Channel, clock: Clock): AttachedFeature<undefined> {
 *   let connection: ConnectionState = { type: 'connecting' }
 *   return {
 *     api: undefined,
 *     filters,
 *     handleConnection: (state) => void (connection = state),
 *     handleMessage({ topic, acknowledge }: FeatureMessage) {
 *       acknowledge?.()
 *       const [, rid] = /\$rid=(.*)$/.exec(topic) ?? []
 *       if (rid === undefined || connection.type !== 'up') return
 *       channel.publish(`$iothub/methods/res/200/?$rid=${rid}`, String(clock.now()))
 *     },
 *   }
 * }
 * console.log(typeof answerWithTime)
 * ```
 */
export interface AttachedFeature<Api> {
  readonly api: Api
  /** @default none */
  readonly filters?: readonly Filter[]
  /**
   * Asks the hub to keep the session of the device: its subscriptions, and the messages without
   * PUBACK. The hub then sends these right after CONNACK.
   *
   * @default false
   */
  readonly isPersistent?: boolean
  /**
   * The filters of other features that an earlier program may have left in a persistent session.
   * The device unsubscribes those that no feature has.
   * @default none
   */
  readonly leftovers?: readonly string[]
  /**
   * Gets every message that is not the twin's, also those of other features: a feature recognizes
   * its own by their topics. Messages with QoS 1 need `acknowledge`.
   */
  handleMessage?(message: FeatureMessage): void
  /**
   * Tabs that share a device ask this before a message goes to a tab. Without the function, the
   * tab that leads handles each message.
   *
   * @returns the app in this tab can handle a message with this topic now
   */
  wants?(topic: string): boolean
  /** Follows the connection. The first call brings the first change from `connecting`. */
  handleConnection?(connection: ConnectionState): void
  /**
   * The device begins to close: the feature accepts no new work.
   *
   * @returns resolves when nothing is left that this connection or the next could finish soon, and
   *   at the latest after the connection state `closed`. The device waits with a deadline before
   *   that state, and without a deadline after it.
   */
  close?(): Promise<void>
}

/**
 * The connection, as a feature sees it. Each connection has a clean session
 * (MQTT 3.1.1 §3.1.2.4), unless a feature asks for a persistent session.
 */
export type ConnectionState =
  /** No connection so far; an attempt is under way. */
  | { readonly type: 'connecting' }
  /** CONNACK has arrived. SUBSCRIBE has left, and SUBACK may still be missing. */
  | { readonly type: 'up' }
  /** A new token is about to replace the connection: start nothing, and finish open requests. */
  | { readonly type: 'draining' }
  /** No connection, until a back-off ends. */
  | { readonly type: 'waiting' }
  /** The last state, with the error of a session that no attempt can save. */
  | { readonly type: 'closed'; readonly error?: TwinError }

/** The types of `ConnectionState` before the last. */
export type LiveConnection = Exclude<ConnectionState['type'], 'closed'>
