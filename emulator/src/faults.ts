import type { Connection } from './broker/connection.ts'
import type { Fault, FaultLimit, Occasion, SetFault } from './rules/fault.ts'
import { strikes } from './rules/fault.ts'
import type { Identity } from './rules/identity-id.ts'

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
  /** Takes back every fault. */
  clear(): void
  /** Breaks connections without a goodbye of any kind. @returns how many there were */
  drop(target?: Pick<FaultLimit, 'deviceId' | 'moduleId'>): number
  /**
   * Publishes any topic and payload to a connected device, subscribed or not.
   *
   * Rejects where the device is not connected.
   */
  send(identity: Identity, topic: string, payload: string | Uint8Array): Promise<void>
  /** Sends bytes that need not be MQTT at all. @throws Error where the device is not connected */
  sendBytes(identity: Identity, bytes: Uint8Array): void
}

/** The hub's own side of the faults. */
export interface FaultSource extends Faults {
  /** The fault of a type that strikes on this occasion, counted as a strike. */
  strike<Type extends Fault['type']>(type: Type, occasion: Occasion): Extract<Fault, { type: Type }> | undefined
  /** Makes a connection half-open if there is a fault that says so. */
  silence(connection: Connection): void
}

/** Where connections are found. */
export interface ConnectionSource {
  all(): Iterable<Connection>
  find(identity: Identity): Connection | undefined
}

export function createFaults(connections: ConnectionSource): FaultSource {
  let faults: readonly SetFault[] = []

  const silenced = new Map<Fault, Connection[]>()

  function remove(gone: (fault: SetFault) => boolean): void {
    const removed = faults.filter(gone)
    faults = faults.filter((each) => !gone(each))
    // A half-open connection does not come back to life when the network does.
    for (const { fault } of removed) {
      for (const connection of silenced.get(fault) ?? []) connection.destroy()
      silenced.delete(fault)
    }
  }

  function strike<Type extends Fault['type']>(
    type: Type,
    occasion: Occasion,
  ): Extract<Fault, { type: Type }> | undefined {
    const struck = faults.find((each) => strikes(each, type, occasion))
    if (struck === undefined) return undefined
    faults = faults.map((each) => (each === struck ? { ...each, struck: each.struck + 1 } : each))
    return struck.fault as Extract<Fault, { type: Type }>
  }

  function silence(connection: Connection): void {
    if (connection.socket.isSilent) return
    const fault = strike('silence', connection)
    if (fault === undefined) return
    silenced.set(fault, [...(silenced.get(fault) ?? []), connection])
    connection.socket.silence()
  }

  function living(identity: Identity): Connection {
    const connection = connections.find(identity)
    if (connection === undefined) throw new Error(`${identity.deviceId} is not connected`)
    return connection
  }

  return {
    strike,
    silence,
    set(wanted, limit = {}) {
      // A copy: the fault itself is what tells it from its equals.
      const fault = { ...wanted }
      faults = [...faults, { fault, limit: { ...limit }, struck: 0 }]
      if (fault.type === 'silence') for (const connection of connections.all()) silence(connection)
      return () => remove((each) => each.fault === fault)
    },
    clear: () => remove(() => true),
    drop(target = {}) {
      const struck = [...connections.all()].filter(
        ({ identity }) =>
          target.deviceId === undefined ||
          (identity?.deviceId === target.deviceId && identity.moduleId === target.moduleId),
      )
      for (const connection of struck) connection.destroy()
      return struck.length
    },
    // Async, so that a device that is not connected is a rejection like any other.
    send: async (identity, topic, payload) => living(identity).publish(topic, payload),
    sendBytes: (identity, bytes) => living(identity).sendBytes(bytes),
  }
}
