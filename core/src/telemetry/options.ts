import { checkCount } from '../protocol/count.ts'
import type { TwinStorage } from '../session/storage.ts'
import { MAX_MESSAGE_SIZE } from './message.ts'
import type { TelemetrySettings } from './states.ts'

/** All options are optional. `undefined` means the default. */
export interface TelemetryOptions {
  /**
   * The number of messages without PUBACK, waiting or in flight.
   * @default 10000
   */
  readonly maxMessages?: number | undefined
  /**
   * The size of these messages, as the hub counts it, from 262144.
   * @default 4194304
   */
  readonly maxBytes?: number | undefined
  /**
   * The message that a full queue rejects with `ERR_QUEUE_FULL`. `reject-oldest` rejects the oldest
   * message that is not in flight.
   * @default 'reject-newest'
   */
  readonly overflow?: 'reject-newest' | 'reject-oldest' | undefined
  /**
   * How long the hub may take for a PUBACK. A hub above its throttle delays it by minutes
   * (docs/protocol/device.md §1.6). After this time, the device connects again, because MQTT allows
   * a resend only there.
   * @default 120000
   */
  readonly acknowledgeTimeoutInMs?: number | undefined
  /**
   * Keeps the messages over a restart. They leave before all others, with their message IDs.
   * @see "Storage" in the README
   */
  readonly storage?: TwinStorage | undefined
}

/**
 * The rest waits in the queue, where the app can cancel it, and not in the buffer of the socket.
 */
const WINDOW = 256

export interface CheckedTelemetryOptions extends TelemetrySettings {
  readonly acknowledgeTimeoutInMs: number
  readonly storage: TwinStorage | undefined
}

/**
 * @throws TypeError for an option of a wrong type
 * @throws RangeError for a number out of its range
 */
export function checkTelemetryOptions({
  maxMessages = 10_000,
  maxBytes = 4 * 1024 * 1024,
  overflow = 'reject-newest',
  acknowledgeTimeoutInMs = 120_000,
  storage,
}: TelemetryOptions): CheckedTelemetryOptions {
  if (!['reject-newest', 'reject-oldest'].includes(overflow)) {
    throw new TypeError('options.overflow is neither "reject-newest" nor "reject-oldest"')
  }
  for (const name of ['get', 'set', 'remove'] as const) {
    if (storage !== undefined && typeof storage?.[name] !== 'function') {
      throw new TypeError(`options.storage has no function ${name}`)
    }
  }
  return {
    maxMessages: checkCount('options.maxMessages', maxMessages, 1),
    maxBytes: checkCount('options.maxBytes', maxBytes, MAX_MESSAGE_SIZE),
    overflow,
    window: WINDOW,
    acknowledgeTimeoutInMs: checkCount('options.acknowledgeTimeoutInMs', acknowledgeTimeoutInMs, 1),
    storage,
  }
}
