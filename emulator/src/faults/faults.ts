import type { Connection } from '../mqtt/connection.ts'
import type { Fault, FaultLimit, Occasion, SetFault } from './fault.ts'
import { fits, meet } from './fault.ts'
import { orderOf, wishOf } from './fault-order.ts'
import type { FaultSpec } from './fault-spec.ts'
import { parseFaultSpec } from './fault-spec.ts'
import type { Identity } from '../identity/identity-id.ts'
import { isTopicName } from '../mqtt/topics.ts'

/** The means to make a hub misbehave. */
export interface Faults {
  /**
   * Sets a fault. The first one that was set and fits an occasion strikes.
   *
   * @returns takes the fault back; may be called again
   * @example
   * ```ts
   * import { startHub } from 'hubtwin-emulator'
   *
   * const hub = await startHub()
   * const undo = hub.faults.set({ type: 'lose-answer', operation: 'patch' }, { deviceId: 'device1', times: 1 })
   * undo()
   * await hub.close()
   * ```
   */
  set(fault: Fault, limit?: FaultLimit): () => void
  /**
   * Sets a fault by its name, as the command line and HTTP do, or carries it out where it is one for now (`kick`, `expire`).
   *
   * @throws Refusal ArgumentInvalid, with what is wrong and where
   * @example
   * ```ts
   * import { startHub } from 'hubtwin-emulator'
   *
   * const hub = await startHub()
   * hub.faults.inject({ fault: 'throttle', operation: 'patch', rate: 5 })
   * const { id } = hub.faults.inject({ fault: 'lose', operation: 'patch', device: 'device1', times: 1 })
   * console.log(hub.faults.list(), hub.faults.remove(id ?? 0))
   * await hub.close()
   * ```
   */
  inject(wish: FaultSpec): FaultReport
  /** What is set, first set first, with how often it struck. */
  list(): readonly FaultReport[]
  /** Takes one fault back. @returns whether it was there */
  remove(id: number): boolean
  /** Takes back every fault, and lets expired tokens count as what they are. */
  clear(): void
  /** Breaks connections without a goodbye of any kind. @returns how many there were */
  drop(target?: Pick<FaultLimit, 'deviceId' | 'moduleId'>): number
  /**
   * Makes the tokens of who is connected count as expired by now: their connections live for the time of grace, and CONNECT is refused with the
   * same token.
   *
   * @returns how many there were
   */
  expire(target?: Pick<FaultLimit, 'deviceId' | 'moduleId'>): number
  /**
   * Publishes any topic and payload to a connected device, subscribed or not.
   *
   * Rejects where the device is not connected, and with a RangeError for a topic that MQTT cannot carry.
   */
  send(identity: Identity, topic: string, payload: string | Uint8Array): Promise<void>
  /** Sends bytes that need not be MQTT at all. @throws Error where the device is not connected */
  sendBytes(identity: Identity, bytes: Uint8Array): void
}

/** A fault that is set, or was carried out. */
export type FaultReport = FaultSpec & {
  /** To take it back by; none where there is nothing to take back. */
  readonly id?: number
  /** How often it struck; how many connections, for `kick` and `expire`. */
  readonly struck: number
}

/** The hub's own side of the faults. */
export interface FaultSource extends Faults {
  /** Whether `expire` was said of this token. */
  isExpired(token: string | undefined): boolean
  /** The fault of a type that strikes on this occasion, counted as a strike. */
  strike<Type extends Fault['type']>(type: Type, occasion: Occasion): Extract<Fault, { type: Type }> | undefined
  /** Whether a fault of a type could strike on this occasion. It does not count as a strike. */
  isSet(type: Fault['type'], occasion: Occasion): boolean
  /** Makes a connection half-open if there is a fault that says so. */
  silence(connection: Connection): void
}

/** Where connections are found. */
export interface ConnectionSource {
  all(): Iterable<Connection>
  find(identity: Identity): Connection | undefined
}

/** How many faults are kept that have struck as often as they should. */
const maxOver = 100

export function createFaults(connections: ConnectionSource, clock: () => number): FaultSource {
  let faults: readonly SetFault[] = []
  let lastId = 0
  const silenced = new Map<number, Connection[]>()
  const expired = new Set<string>()

  function add(fault: Fault, limit: FaultLimit): number {
    lastId += 1
    faults = [
      ...withoutOldest(faults),
      { id: lastId, fault: { ...fault }, limit: { ...limit }, struck: 0, paidUntil: 0 },
    ]
    if (fault.type === 'silence') for (const connection of connections.all()) silence(connection)
    return lastId
  }

  function remove(gone: (fault: SetFault) => boolean): boolean {
    const removed = faults.filter(gone)
    faults = faults.filter((each) => !gone(each))
    // A half-open connection does not come back to life when the network does.
    for (const { id } of removed) {
      for (const connection of silenced.get(id) ?? []) connection.destroy()
      silenced.delete(id)
    }
    return removed.length > 0
  }

  function striking(type: Fault['type'], occasion: Occasion): SetFault | undefined {
    for (const each of faults) {
      const met = meet(each, type, occasion, clock())
      if (met.set !== each) faults = faults.map((other) => (other === each ? met.set : other))
      if (met.strikes) return met.set
    }
    return undefined
  }

  function silence(connection: Connection): void {
    if (connection.socket.isSilent) return
    const struck = striking('silence', connection)
    if (struck === undefined) return
    silenced.set(struck.id, [...(silenced.get(struck.id) ?? []), connection])
    connection.socket.silence()
  }

  function living(identity: Identity): Connection {
    const connection = connections.find(identity)
    if (connection === undefined) throw new Error(`${identity.deviceId} is not connected`)
    return connection
  }

  function those({ deviceId, moduleId }: Pick<FaultLimit, 'deviceId' | 'moduleId'>): Connection[] {
    return [...connections.all()].filter(
      ({ identity }) => deviceId === undefined || (identity?.deviceId === deviceId && identity.moduleId === moduleId),
    )
  }

  function drop(target: Pick<FaultLimit, 'deviceId' | 'moduleId'> = {}): number {
    const struck = those(target)
    for (const connection of struck) connection.destroy()
    return struck.length
  }

  function expire(target: Pick<FaultLimit, 'deviceId' | 'moduleId'> = {}): number {
    const struck = those(target).filter((connection) => connection.expireToken(clock()))
    for (const { token } of struck) if (token !== undefined) expired.add(token)
    return struck.length
  }

  return {
    strike<Type extends Fault['type']>(type: Type, occasion: Occasion) {
      return striking(type, occasion)?.fault as Extract<Fault, { type: Type }> | undefined
    },
    isSet: (type, occasion) => faults.some((each) => fits(each, type, occasion)),
    silence,
    isExpired: (token) => token !== undefined && expired.has(token),
    set(fault, limit = {}) {
      const own = add(fault, limit)
      return () => void remove(({ id }) => id === own)
    },
    inject(wanted) {
      const wish = parseFaultSpec(wanted)
      const order = orderOf(wish)
      if (order.type === 'set') return { ...wish, id: add(order.fault, order.limit), struck: 0 }
      return { ...wish, struck: (order.type === 'kick' ? drop : expire)(order.identity) }
    },
    list: () => faults.map(({ id, fault, limit, struck }) => ({ ...wishOf(fault, limit), id, struck })),
    remove: (own) => remove(({ id }) => id === own),
    clear() {
      remove(() => true)
      expired.clear()
    },
    drop,
    expire,
    // Async, so that a device that is not connected is a rejection like any other.
    async send(identity, topic, payload) {
      if (!isTopicName(topic)) throw new RangeError('topic must have 1 to 65,535 bytes and no +, # or U+0000')
      return living(identity).publish(topic, payload)
    },
    sendBytes: (identity, bytes) => living(identity).sendBytes(bytes),
  }
}

/** What is over stays, to be looked at, for as long as there is not too much of it. */
function withoutOldest(faults: readonly SetFault[]): readonly SetFault[] {
  const over = faults.filter(
    ({ fault, limit, struck }) => fault.type !== 'silence' && struck >= (limit.times ?? Infinity),
  )
  const gone = new Set(over.slice(0, -maxOver))
  return gone.size === 0 ? faults : faults.filter((each) => !gone.has(each))
}
