import type { Telemetry } from 'hubtwin/telemetry'

/** The telemetry of this tab, as texts. */
export interface OwnTelemetry {
  /** The number of messages without PUBACK. */
  readonly waiting: number
  /**
   * @returns resolves when the hub has stored the message
   * @throws TypeError, RangeError for a text that no message can carry
   * @throws TwinError `ERR_QUEUE_FULL`, `ERR_CLOSED`
   */
  send(text: string): Promise<void>
}

/** @param onAcknowledged called when the hub has stored a message */
export function createOwnTelemetry(
  telemetry: () => Telemetry,
  onAcknowledged: (messageId: string) => void,
): OwnTelemetry {
  const prefix = crypto.getRandomValues(new Uint32Array(2)).join('-')
  let sent = 0

  return {
    get waiting() {
      return telemetry().queued.messages
    },
    async send(text) {
      const messageId = `${prefix}-${++sent}`
      const format = isJson(text) ? { contentType: 'application/json', contentEncoding: 'utf-8' } : {}
      await telemetry().send(text, { messageId, ...format })
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
