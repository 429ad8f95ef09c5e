import { TwinError } from '../../errors.ts'
import { checkCount, checkOptionNames } from '../../protocol/checks.ts'
import { typeName } from '../../protocol/json.ts'
import type { Clock } from '../../session/clock.ts'
import type { IterationOptions, WaitOptions } from '../twin.ts'
import { onAbort } from './on-abort.ts'

export interface Wait extends WaitOptions {
  readonly clock: Clock
  /** The start of the error's message after `timeoutInMs`, such as "Twin was not synced". */
  readonly unmet: string
  /** The reason of the delay, for that error. */
  readonly cause?: (() => TwinError | undefined) | undefined
}

const WAIT_NAMES = ['signal', 'timeoutInMs']

/**
 * @param names of the known options
 * @throws TypeError for options that are no object, an unknown option, or a signal of another type
 */
export function checkWaitOptions<Options extends IterationOptions>(
  options: Options,
  names: readonly string[] = WAIT_NAMES,
): Options {
  checkSignal(checkOptionNames(options, names).signal)
  return options
}

/** @throws TypeError when it is neither `undefined` nor a signal */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined || signal instanceof AbortSignal) return
  throw new TypeError(`options.signal is ${typeName(signal)}, not an AbortSignal`)
}

/**
 * Makes a promise that settles by itself, or rejects with the reason of an aborted signal, or with
 * `ERR_TIMEOUT`.
 *
 * @param start starts the wait; returns a function that `wait` calls once, when the wait ends
 * @throws TypeError, RangeError for a wrong `timeoutInMs`
 */
export function wait<T>(
  options: IterationOptions | Wait,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  const { signal } = options
  return new Promise<T>((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    let finish: (() => void) | undefined
    let over = false
    const endWith =
      <Value>(settle: (value: Value) => void) =>
      (value: Value): void => {
        if (over) return
        over = true
        stopTimer?.()
        off?.()
        settle(value)
        finish?.()
      }
    const fail = endWith(reject)
    const stopTimer = 'clock' in options ? startTimer(options, fail) : undefined
    const off = signal && onAbort(signal, () => fail(signal.reason))
    try {
      finish = start(endWith(resolve), fail)
    } catch (error) {
      fail(error)
    }
    if (over) finish?.()
  })
}

function startTimer(options: Wait, fail: (error: unknown) => void): (() => void) | undefined {
  const { clock, timeoutInMs, unmet } = options
  if (timeoutInMs === undefined) return undefined
  return clock.after(checkCount('timeoutInMs', timeoutInMs, 1), () => {
    const cause = options.cause?.()
    fail(new TwinError('ERR_TIMEOUT', `${unmet} within ${timeoutInMs} ms`, cause && { cause }))
  })
}
