import { TwinError } from 'hubtwin/light'
import type { Telemetry } from 'hubtwin/telemetry'

/**
 * The telemetry of this tab. A tab loses its connection to another tab, or for a moment when it
 * goes offline. Its messages wait until it leads again, and keep their message IDs.
 */
export interface OwnTelemetry {
  /** The tab takes the lead, with the telemetry of its connection. */
  lead(telemetry: Telemetry): void
  /** The number of messages without PUBACK. */
  readonly waiting: number
  /**
   * @returns resolves when the hub has stored the message
   * @throws TypeError, RangeError for a text that no message can carry
   * @throws Error when too many messages wait
   */
  send(text: string): Promise<void>
}

const MAX_WAITING = 10_000

/** @param onAcknowledged called when the hub has stored a message */
export function createOwnTelemetry(onAcknowledged: (messageId: string) => void): OwnTelemetry {
  const prefix = crypto.getRandomValues(new Uint32Array(2)).join('-')
  let [sent, waiting] = [0, 0]
  let current: Telemetry | undefined
  let resolveLead = (_telemetry: Telemetry): void => undefined
  let nextLead = waitForLead()

  function waitForLead(): Promise<Telemetry> {
    return new Promise((resolve) => {
      resolveLead = resolve
    })
  }

  async function sendUntilStored(text: string, messageId: string): Promise<void> {
    const format = isJson(text) ? { contentType: 'application/json', contentEncoding: 'utf-8' } : {}
    for (;;) {
      const telemetry = current ?? (await nextLead)
      try {
        return await telemetry.send(text, { messageId, ...format })
      } catch (error) {
        if (!(error instanceof TwinError) || error.code !== 'ERR_CLOSED') throw error
        if (current === telemetry) current = undefined
      }
    }
  }

  return {
    lead(telemetry) {
      current = telemetry
      resolveLead(telemetry)
      nextLead = waitForLead()
    },
    get waiting() {
      return waiting
    },
    async send(text) {
      if (waiting >= MAX_WAITING) throw new Error(`${waiting} messages wait for a connection`)
      const messageId = `${prefix}-${++sent}`
      waiting += 1
      try {
        await sendUntilStored(text, messageId)
      } finally {
        waiting -= 1
      }
      onAcknowledged(messageId)
    },
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
