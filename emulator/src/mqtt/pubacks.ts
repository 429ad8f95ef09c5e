import { generate } from 'mqtt-packet'

/**
 * The acknowledgments of a client's QoS 1 messages that the hub sends late. They keep the order of
 * the messages (MQTT 3.1.1 [MQTT-4.6.0-2]), so a late one also delays those behind it.
 */
export class LatePubacks {
  readonly #send: (bytes: Uint8Array) => void
  readonly #timers = new Set<NodeJS.Timeout>()
  /** Settles when every late acknowledgment has left. */
  #last: Promise<void> | undefined

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send
  }

  /** Whether the next acknowledgment would overtake a late one. */
  get isLate(): boolean {
    return this.#last !== undefined
  }

  acknowledge(messageId: number, delayInMs: number): void {
    const last = this.#after(delayInMs, this.#last ?? Promise.resolve()).then(() => {
      this.#send(generate({ cmd: 'puback', messageId }))
      if (this.#last === last) this.#last = undefined
    })
    this.#last = last
  }

  /** The connection has closed. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  /** The delay begins with the message, not with the previous acknowledgment. */
  async #after(delayInMs: number, previous: Promise<void>): Promise<void> {
    if (delayInMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          this.#timers.delete(timer)
          resolve()
        }, delayInMs)
        this.#timers.add(timer)
      })
    }
    await previous
  }
}
