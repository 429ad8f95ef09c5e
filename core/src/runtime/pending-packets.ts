import type { Filter } from '../protocol/filter.ts'
import type { ReceivedPacket } from '../protocol/mqtt-decode.ts'
import type { WireEvent } from '../session/wire.ts'
import { protocolEvent, refusedFilterEvent, unacknowledged } from './wire-errors.ts'

/** A publish with QoS 1 that the hub has not acknowledged. */
export interface Delivery {
  resolve(): void
  reject(error: unknown): void
}

interface Subscription {
  readonly filters: readonly Filter[]
  readonly addedAt: number
}

/**
 * The packets of a connection that wait for an answer, by packet identifier (MQTT 3.1.1 §2.3.1).
 */
export interface PendingPackets {
  /** @returns the identifier to send SUBSCRIBE with */
  addSubscription(filters: readonly Filter[]): number
  /** @returns the identifier to send PUBLISH with */
  addDelivery(delivery: Delivery): number
  /** The socket has opened: earlier packets leave now. */
  startClock(): void
  resolveSubscription(suback: Extract<ReceivedPacket, { type: 'suback' }>): WireEvent
  /** PUBACK has arrived. */
  resolveDelivery(packetId: number): void
  rejectAll(): void
}

export function createPendingPackets(): PendingPackets {
  const pending = new Map<number, Subscription | Delivery>()
  let openedAt = 0
  let lastId = 0

  function add(packet: Subscription | Delivery): number {
    do lastId = (lastId % 0xffff) + 1
    while (pending.has(lastId))
    pending.set(lastId, packet)
    return lastId
  }

  return {
    addSubscription: (filters) => add({ filters, addedAt: performance.now() }),
    addDelivery: add,
    startClock() {
      openedAt = performance.now()
    },
    resolveSubscription({ packetId, codes }) {
      const packet = pending.get(packetId)
      if (packet === undefined || !('filters' in packet) || packet.filters.length !== codes.length) {
        return protocolEvent(`Hub sent SUBACK ${packetId} with ${codes.length} codes, which answers no SUBSCRIBE`)
      }
      pending.delete(packetId)
      const { addedAt } = packet
      const filters = packet.filters.map(({ topic }) => topic)
      const refused = filters[codes.indexOf(0x80)]
      if (refused !== undefined) return refusedFilterEvent(refused)
      return { type: 'subscribed', filters, roundTripInMs: performance.now() - Math.max(addedAt, openedAt) }
    },
    resolveDelivery(packetId) {
      const packet = pending.get(packetId)
      if (packet === undefined || 'filters' in packet) return
      pending.delete(packetId)
      packet.resolve()
    },
    rejectAll() {
      for (const packet of pending.values()) if ('reject' in packet) packet.reject(unacknowledged())
      pending.clear()
    },
  }
}
