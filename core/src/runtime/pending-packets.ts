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
  readonly packets: Map<number, Subscription | Delivery>
  /** When the socket opened: earlier packets left then. */
  openedAt: number
  lastId: number
}

export function createPendingPackets(): PendingPackets {
  return { packets: new Map(), openedAt: 0, lastId: 0 }
}

/** @returns the identifier to send SUBSCRIBE with */
export function addSubscription(pending: PendingPackets, filters: readonly Filter[]): number {
  return add(pending, { filters, addedAt: performance.now() })
}

/** @returns the identifier to send PUBLISH with */
export function addDelivery(pending: PendingPackets, delivery: Delivery): number {
  return add(pending, delivery)
}

function add(pending: PendingPackets, packet: Subscription | Delivery): number {
  do pending.lastId = (pending.lastId % 0xffff) + 1
  while (pending.packets.has(pending.lastId))
  pending.packets.set(pending.lastId, packet)
  return pending.lastId
}

export function resolveSubscription(
  { packets, openedAt }: PendingPackets,
  { packetId, codes }: Extract<ReceivedPacket, { type: 'suback' }>,
): WireEvent {
  const packet = packets.get(packetId)
  if (packet === undefined || !('filters' in packet) || packet.filters.length !== codes.length) {
    return protocolEvent(`Hub sent SUBACK ${packetId} with ${codes.length} codes, which answers no SUBSCRIBE`)
  }
  packets.delete(packetId)
  const filters = packet.filters.map(({ topic }) => topic)
  const refused = filters[codes.indexOf(0x80)]
  if (refused !== undefined) return refusedFilterEvent(refused)
  return { type: 'subscribed', filters, roundTripInMs: performance.now() - Math.max(packet.addedAt, openedAt) }
}

/** PUBACK has arrived. */
export function resolveDelivery({ packets }: PendingPackets, packetId: number): void {
  const packet = packets.get(packetId)
  if (packet === undefined || 'filters' in packet) return
  packets.delete(packetId)
  packet.resolve()
}

export function rejectAll({ packets }: PendingPackets): void {
  for (const packet of packets.values()) if ('reject' in packet) packet.reject(unacknowledged())
  packets.clear()
}
