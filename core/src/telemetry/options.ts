import { checkCount, checkOptionNames, checkStorage } from '../protocol/checks.ts'
import { typeName } from '../protocol/json.ts'
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

const NAMES: readonly (keyof TelemetryOptions)[] = [
  'maxMessages',
  'maxBytes',
  'overflow',
  'acknowledgeTimeoutInMs',
  'storage',
]

/**
 * @throws TypeError for an unknown option, or an option of a wrong type
 * @throws RangeError for a number out of its range
 */
export function checkTelemetryOptions(options: TelemetryOptions): CheckedTelemetryOptions {
  const {
    maxMessages = 10_000,
    maxBytes = 4 * 1024 * 1024,
    overflow = 'reject-newest',
    acknowledgeTimeoutInMs = 120_000,
    storage,
  } = checkOptionNames(options, NAMES)
  if (!['reject-newest', 'reject-oldest'].includes(overflow)) {
    const given: unknown = overflow
    const shown = typeof given === 'string' ? JSON.stringify(given) : typeName(given)
    throw new TypeError(`options.overflow is ${shown}, neither "reject-newest" nor "reject-oldest"`)
  }
  checkStorage('options.storage', storage)
  return {
    maxMessages: checkCount('options.maxMessages', maxMessages, 1),
    maxBytes: checkCount('options.maxBytes', maxBytes, MAX_MESSAGE_SIZE),
    overflow,
    window: WINDOW,
    acknowledgeTimeoutInMs: checkCount('options.acknowledgeTimeoutInMs', acknowledgeTimeoutInMs, 1),
    storage,
  }
}
