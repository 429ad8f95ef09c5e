import type { ReceivedPacket } from '../protocol/mqtt-decode.ts'
import type { WireEvent } from '../session/wire.ts'
import { protocolEvent, unacknowledged } from './wire-errors.ts'

/** A publish with QoS 1 that the hub has not acknowledged. */
export interface Delivery {
  resolve(): void
  reject(error: unknown): void
}

/**
 * The packets of a connection that wait for an answer, by packet identifier (MQTT 3.1.1 §2.3.1).
 */
export interface PendingPackets {
  /** @returns the identifier to send SUBSCRIBE with */
  addSubscription(filters: readonly string[]): number
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
  const subscriptions = new Map<number, { readonly filters: readonly string[]; readonly addedAt: number }>()
  const deliveries = new Map<number, Delivery>()
  let openedAt = 0
  let lastId = 0

  function newId(): number {
    do lastId = (lastId % 0xffff) + 1
    while (subscriptions.has(lastId) || deliveries.has(lastId))
    return lastId
  }

  return {
    addSubscription(filters) {
      const packetId = newId()
      subscriptions.set(packetId, { filters, addedAt: performance.now() })
      return packetId
    },
    addDelivery(delivery) {
      const packetId = newId()
      deliveries.set(packetId, delivery)
      return packetId
    },
    startClock() {
      openedAt = performance.now()
    },
    resolveSubscription({ packetId, codes }) {
      const subscription = subscriptions.get(packetId)
      subscriptions.delete(packetId)
      if (subscription?.filters.length !== codes.length) {
        return protocolEvent(`Hub sent SUBACK ${packetId} with ${codes.length} codes, which answers no SUBSCRIBE`)
      }
      if (codes.includes(0x80)) return protocolEvent('Hub refused to subscribe the topics of the twin')
      const { filters, addedAt } = subscription
      return { type: 'subscribed', filters, roundTripInMs: performance.now() - Math.max(addedAt, openedAt) }
    },
    resolveDelivery(packetId) {
      deliveries.get(packetId)?.resolve()
      deliveries.delete(packetId)
    },
    rejectAll() {
      for (const { reject } of deliveries.values()) reject(unacknowledged())
      deliveries.clear()
    },
  }
}
