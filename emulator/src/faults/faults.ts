import { identityOf, type Identity } from '../identity/identity-id.ts'
import { type Connection, destroyConnection, expireToken } from '../mqtt/connection.ts'
import type { Connections } from '../mqtt/connections.ts'
import { silenceStream } from '../mqtt/packet-stream.ts'
import { publish, sendBytes } from '../mqtt/send-to-device.ts'
import { isTopicName } from '../mqtt/topics.ts'
import {
  type ActiveFault,
  type ActiveSpec,
  type Occasion,
  isApplicable,
  isOver,
  decideInjection,
} from './active-fault.ts'
import { type AnswerSpec, type FaultSpec, parseFaultSpec } from './fault-spec.ts'

/** Injects faults into a hub, for tests. */
export interface Faults {
  /**
   * Sets a fault, or carries out `kick` or `expire`. If several faults with the same name apply,
   * the hub injects the first.
   *
   * @returns the fault, with its ID for `remove`
   * @throws Refusal ArgumentInvalid, with the path of the problem
   * @example
   * ```ts
   * import { startHub } from 'hubtwin-emulator'
   *
   * const hub = await startHub()
   * hub.faults.inject({ fault: 'throttle', operation: 'patch', rate: 5 })
   * const { id = 0 } = hub.faults.inject({ fault: 'lose', device: 'device1', times: 1 })
   * console.log(hub.faults.list(), hub.faults.remove(id))
   * await hub.close()
   * ```
   */
  inject(spec: FaultSpec): FaultReport
  /**
   * Like `inject`, for a test that removes the fault afterward.
   *
   * @returns removes the fault; later calls do nothing
   * @throws Refusal ArgumentInvalid, with the path of the problem
   * @example
   * ```ts
   * import { startHub } from 'hubtwin-emulator'
   *
   * const hub = await startHub()
   * const undo = hub.faults.set({ fault: 'lose', operation: 'patch', device: 'device1', times: 1 })
   * undo()
   * await hub.close()
   * ```
   */
  set(spec: FaultSpec): () => void
  /**
   * Answers requests with any status and body, without carrying them out.
   *
   * @returns removes the fault
   */
  answer(spec: AnswerSpec): () => void
  /** The faults that are set, oldest first, and how often the hub has injected each. */
  list(): readonly FaultReport[]
  /** Removes a fault. @returns whether it was set */
  remove(id: number): boolean
  /** Removes all faults. Tokens that `expire` rejected are valid again until their own expiry. */
  clear(): void
  /**
   * Publishes any topic and payload to a connected device, subscribed or not. Rejects if the device
   * is not connected, and with a RangeError for a topic that MQTT cannot carry.
   */
  send(identity: Identity, topic: string, payload: string | Uint8Array): Promise<void>
  /** Sends any bytes, MQTT or not. @throws Error if the device is not connected */
  sendBytes(identity: Identity, bytes: Uint8Array): void
}

/** A fault that is set or was carried out. */
export type FaultReport = (FaultSpec | ({ readonly fault: 'answer' } & AnswerSpec)) & {
  /** For `remove`; absent after `kick` and `expire`. */
  readonly id?: number
  /** The number of injections; for `kick` and `expire`, the number of connections. */
  readonly injected: number
}

/** The hub's side of the faults. */
export interface FaultSource extends Faults {
  /** Whether `expire` rejects this token. */
  isExpired(token: string | undefined): boolean
  /** Finds the fault to inject on this occasion, and counts the injection. */
  apply<Name extends ActiveSpec['fault']>(
    fault: Name,
    occasion: Occasion,
  ): Extract<ActiveSpec, { fault: Name }> | undefined
  /** Whether the hub can inject a fault on an occasion. Counts no injection. */
  isSet(fault: ActiveSpec['fault'], occasion: Occasion): boolean
  /** Makes a connection half-open if a fault says so. */
  silence(connection: Connection): void
}

/** The number of faults that stay listed after their last injection. */
const MAX_OVER = 100

export function createFaults(connections: Connections, clock: () => number): FaultSource {
  let faults: readonly ActiveFault[] = []
  let lastId = 0
  const silenced = new Map<number, Connection[]>()
  const expired = new Set<string>()

  function add(spec: ActiveSpec): number {
    lastId += 1
    faults = [...withoutOldest(faults), { id: lastId, spec: { ...spec }, injected: 0, paidUntil: 0 }]
    if (spec.fault === 'silence') for (const connection of connections.all()) silence(connection)
    return lastId
  }

  function remove(isRemoved: (fault: ActiveFault) => boolean): boolean {
    const removed = faults.filter(isRemoved)
    faults = faults.filter((each) => !isRemoved(each))
    // A half-open connection does not recover when the network does.
    for (const { id } of removed) {
      for (const connection of silenced.get(id) ?? []) destroyConnection(connection)
      silenced.delete(id)
    }
    return removed.length > 0
  }

  function apply(fault: ActiveSpec['fault'], occasion: Occasion): ActiveFault | undefined {
    for (const each of faults) {
      const { injects, active } = decideInjection(each, fault, occasion, { now: clock(), random: Math.random() })
      if (active !== each) faults = faults.map((other) => (other === each ? active : other))
      if (injects) return active
    }
    return undefined
  }

  function silence(connection: Connection): void {
    if (connection.stream.isSilent) return
    const active = apply('silence', { identity: connection.session?.identity })
    if (active === undefined) return
    silenced.set(active.id, [...(silenced.get(active.id) ?? []), connection])
    silenceStream(connection.stream)
  }

  function expire(affected: readonly Connection[]): number {
    const expiring = affected.filter((connection) => expireToken(connection, clock()))
    for (const { token } of expiring) if (token !== undefined) expired.add(token)
    return expiring.length
  }

  function inject(given: FaultSpec): FaultReport {
    const spec = parseFaultSpec(given)
    if (spec.fault !== 'kick' && spec.fault !== 'expire') return { ...spec, id: add(spec), injected: 0 }
    const affected = connectionsOf(
      connections,
      spec.device === undefined ? undefined : identityOf(spec.device, spec.module),
    )
    return { ...spec, injected: spec.fault === 'kick' ? kick(affected) : expire(affected) }
  }

  return {
    apply<Name extends ActiveSpec['fault']>(fault: Name, occasion: Occasion) {
      return apply(fault, occasion)?.spec as Extract<ActiveSpec, { fault: Name }> | undefined
    },
    isSet: (fault, occasion) => faults.some((each) => isApplicable(each, fault, occasion)),
    silence,
    isExpired: (token) => token !== undefined && expired.has(token),
    inject,
    set(spec) {
      const { id: own } = inject(spec)
      return () => void remove(({ id }) => id === own)
    },
    answer(spec) {
      const own = add({ fault: 'answer', ...spec })
      return () => void remove(({ id }) => id === own)
    },
    list: () => faults.map(({ id, spec, injected }) => ({ ...spec, id, injected })),
    remove: (own) => remove(({ id }) => id === own),
    clear() {
      remove(() => true)
      expired.clear()
    },
    // Async, so that the caller gets every failure as a rejection.
    async send(identity, topic, payload) {
      if (!isTopicName(topic)) throw new RangeError('topic must have 1 to 65,535 bytes and no +, # or U+0000')
      return publish(connectionOf(connections, identity), topic, payload)
    },
    sendBytes: (identity, bytes) => sendBytes(connectionOf(connections, identity), bytes),
  }
}

function kick(affected: readonly Connection[]): number {
  for (const connection of affected) destroyConnection(connection)
  return affected.length
}

/** @param identity undefined for all connections */
function connectionsOf(connections: Connections, identity: Identity | undefined): Connection[] {
  return [...connections.all()].filter(
    ({ session }) =>
      identity === undefined ||
      (session?.identity.deviceId === identity.deviceId && session.identity.moduleId === identity.moduleId),
  )
}

function connectionOf(connections: Connections, identity: Identity): Connection {
  const connection = connections.find(identity)
  if (connection === undefined) throw new Error(`${identity.deviceId} is not connected`)
  return connection
}

/** Faults that are over stay listed until there are too many of them. */
function withoutOldest(faults: readonly ActiveFault[]): readonly ActiveFault[] {
  const over = faults.filter((fault) => fault.spec.fault !== 'silence' && isOver(fault))
  const removed = new Set(over.slice(0, -MAX_OVER))
  return removed.size === 0 ? faults : faults.filter((each) => !removed.has(each))
}
