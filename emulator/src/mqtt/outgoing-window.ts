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
 * The QoS 1 messages from the hub to a client that wait for PUBACK. Methods and inputs share it
 * with cloud-to-device messages, and go first.
 */
export class OutgoingWindow {
  readonly #inFlight = new Map<number, Acknowledged>()
  readonly #waiting = new Set<Waiting>()
  #nextId = LAST_PACKET_ID

  get hasRoom(): boolean {
    return this.#inFlight.size < SIZE
  }

  has(packetId: number): boolean {
    return this.#inFlight.has(packetId)
  }

  /** Adds a message that has its own packet identifier. */
  open(packetId: number, acknowledged: Acknowledged): void {
    this.#inFlight.set(packetId, acknowledged)
  }

  /**
   * Sends a message with a free packet identifier, once the window has room.
   *
   * @returns cancels the sending, if it has not happened
   */
  enqueue(send: (packetId: number) => void, acknowledged: Acknowledged = () => undefined): () => void {
    const waiting = { send, acknowledged }
    this.#waiting.add(waiting)
    this.#sendWaiting()
    return () => void this.#waiting.delete(waiting)
  }

  /** Handles a PUBACK, and sends what waits. Ignores an unknown packet identifier. */
  async acknowledge(packetId: number): Promise<void> {
    const acknowledged = this.#inFlight.get(packetId)
    this.release(packetId)
    await acknowledged?.()
  }

  /** Frees the place of a message that will not be acknowledged. */
  release(packetId: number): void {
    this.#inFlight.delete(packetId)
    this.#sendWaiting()
  }

  #sendWaiting(): void {
    for (const waiting of this.#waiting) {
      if (!this.hasRoom) return
      this.#waiting.delete(waiting)
      const packetId = this.#freeId()
      this.open(packetId, waiting.acknowledged)
      waiting.send(packetId)
    }
  }

  #freeId(): number {
    while (this.has(this.#nextId)) this.#countDown()
    const packetId = this.#nextId
    this.#countDown()
    return packetId
  }

  #countDown(): void {
    this.#nextId = this.#nextId === 1 ? LAST_PACKET_ID : this.#nextId - 1
  }
}
