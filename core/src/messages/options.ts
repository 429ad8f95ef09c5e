import type { Backoff } from '../protocol/backoff.ts'
import { checkCount, checkOptionNames } from '../protocol/checks.ts'
import { typeName } from '../protocol/json.ts'

/** All options are optional. `undefined` means the default. */
export interface MessagesOptions {
  /**
   * Asks the hub to keep the session of the device between its connections. Then messages without
   * PUBACK follow the next CONNACK at once, and not after their lock of a minute
   * (docs/protocol/device.md §3.3). The hub also keeps the subscription of a program that has
   * ended.
   * @default false
   */
  readonly persistentSession?: boolean | undefined
  /**
   * The longest delay before the app gets a message again that it failed to handle. It doubles with
   * each failure.
   * @default 1000
   */
  readonly retryDelayInMs?: number | undefined
  /**
   * The longest delay before any other attempt.
   * @default 60000
   */
  readonly maxRetryDelayInMs?: number | undefined
}

export interface CheckedMessagesOptions extends Backoff {
  readonly isPersistent: boolean
}

const NAMES: readonly (keyof MessagesOptions)[] = ['persistentSession', 'retryDelayInMs', 'maxRetryDelayInMs']

/**
 * @throws TypeError for an unknown option, or an option of a wrong type
 * @throws RangeError for a number out of its range
 */
export function checkMessagesOptions(options: MessagesOptions): CheckedMessagesOptions {
  const {
    persistentSession = false,
    retryDelayInMs = 1000,
    maxRetryDelayInMs = 60_000,
  } = checkOptionNames(options, NAMES)
  if (typeof persistentSession !== 'boolean') {
    throw new TypeError(`options.persistentSession is ${typeName(persistentSession)}, not a boolean`)
  }
  return {
    isPersistent: persistentSession,
    delayInMs: checkCount('options.retryDelayInMs', retryDelayInMs, 1),
    maxDelayInMs: checkCount('options.maxRetryDelayInMs', maxRetryDelayInMs, 1),
  }
}
