import { generate } from 'mqtt-packet'

/**
 * The acknowledgments of a client's QoS 1 messages that the hub sends late. They keep the order of
 * the messages (MQTT 3.1.1 [MQTT-4.6.0-2]), so a late one also delays those behind it.
 */
export interface LatePubacks {
  /** Whether the next acknowledgment would overtake a late one. */
  readonly isLate: boolean
  acknowledge(messageId: number, delayInMs: number): void
  /** The connection has closed. */
  close(): void
}

export function createLatePubacks(send: (bytes: Uint8Array) => void): LatePubacks {
  const timers = new Set<NodeJS.Timeout>()
  /** Settles when every late acknowledgment has left. */
  let last: Promise<void> | undefined

  function wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer)
        resolve()
      }, milliseconds)
      timers.add(timer)
    })
  }

  /** The delay begins with the message, not with the previous acknowledgment. */
  async function sendAfter(delayInMs: number, previous: Promise<void> | undefined, messageId: number): Promise<void> {
    if (delayInMs > 0) await wait(delayInMs)
    await previous
    send(generate({ cmd: 'puback', messageId }))
  }

  return {
    get isLate() {
      return last !== undefined
    },
    acknowledge(messageId, delayInMs) {
      const own = sendAfter(delayInMs, last, messageId)
      last = own
      void own.finally(() => {
        if (last === own) last = undefined
      })
    },
    close() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
