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
    const last = this.#sendAfter(delayInMs, this.#last, messageId)
    this.#last = last
    void last.finally(() => {
      if (this.#last === last) this.#last = undefined
    })
  }

  /** The connection has closed. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  /** The delay begins with the message, not with the previous acknowledgment. */
  async #sendAfter(delayInMs: number, previous: Promise<void> | undefined, messageId: number): Promise<void> {
    if (delayInMs > 0) await this.#wait(delayInMs)
    await previous
    this.#send(generate({ cmd: 'puback', messageId }))
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        resolve()
      }, milliseconds)
      this.#timers.add(timer)
    })
  }
}
