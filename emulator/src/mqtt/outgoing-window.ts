/**
 * The hub sends at most 16 messages with QoS 1 that the client has not acknowledged. A client that
 * acknowledges nothing gets no more (docs/protocol/device.md §2.2).
 */
const SIZE = 16

/** The first of the packet identifiers for messages that are sent once, counted down. */
const LAST_PACKET_ID = 65_535

type Acknowledged = () => void | Promise<void>

interface Waiting {
  readonly send: (packetId: number) => void
  readonly acknowledged: Acknowledged
}

/**
 * The QoS 1 messages from the hub to a client that wait for PUBACK. Methods and inputs share the
 * window with cloud-to-device messages, and have priority.
 */
export interface OutgoingWindow {
  readonly inFlight: Map<number, Acknowledged>
  readonly waiting: Set<Waiting>
  nextId: number
}

export function createOutgoingWindow(): OutgoingWindow {
  return { inFlight: new Map(), waiting: new Set(), nextId: LAST_PACKET_ID }
}

export function hasRoom({ inFlight }: OutgoingWindow): boolean {
  return inFlight.size < SIZE
}

export function isInFlight({ inFlight }: OutgoingWindow, packetId: number): boolean {
  return inFlight.has(packetId)
}

/** Adds a message that has its own packet identifier. */
export function addInFlight({ inFlight }: OutgoingWindow, packetId: number, acknowledged: Acknowledged): void {
  inFlight.set(packetId, acknowledged)
}

/**
 * Sends a message with a free packet identifier, once the window has room.
 *
 * @returns cancels the sending, if it has not happened
 */
export function enqueue(
  window: OutgoingWindow,
  send: (packetId: number) => void,
  acknowledged: Acknowledged = () => undefined,
): () => void {
  const waiting = { send, acknowledged }
  window.waiting.add(waiting)
  sendWaiting(window)
  return () => void window.waiting.delete(waiting)
}

/** Handles a PUBACK, and sends waiting messages. Ignores an unknown packet identifier. */
export async function handlePuback(window: OutgoingWindow, packetId: number): Promise<void> {
  const acknowledged = window.inFlight.get(packetId)
  freePlace(window, packetId)
  await acknowledged?.()
}

/** Frees the place of a message that will not be acknowledged. */
export function freePlace(window: OutgoingWindow, packetId: number): void {
  window.inFlight.delete(packetId)
  sendWaiting(window)
}

function sendWaiting(window: OutgoingWindow): void {
  for (const waiting of window.waiting) {
    if (!hasRoom(window)) return
    window.waiting.delete(waiting)
    const packetId = takeFreeId(window)
    addInFlight(window, packetId, waiting.acknowledged)
    waiting.send(packetId)
  }
}

function takeFreeId(window: OutgoingWindow): number {
  while (isInFlight(window, window.nextId)) countDown(window)
  const packetId = window.nextId
  countDown(window)
  return packetId
}

function countDown(window: OutgoingWindow): void {
  window.nextId = window.nextId === 1 ? LAST_PACKET_ID : window.nextId - 1
}
