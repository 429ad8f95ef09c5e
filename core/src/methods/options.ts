import { checkCount, checkOptionNames } from '../protocol/checks.ts'

/** All options are optional. `undefined` means the default. */
export interface MethodsOptions {
  /**
   * The number of handlers that run at the same time. Other calls wait in order. A handler that
   * ignores its signal keeps its place.
   * @default no limit
   */
  readonly concurrency?: number | undefined
  /**
   * How long after the arrival of a call its response counts. Set it to the longest wait of your
   * back end (5 to 300 s), which the hub does not tell the device (docs/protocol/device.md §2.2).
   * @default 30000
   */
  readonly responseTimeoutInMs?: number | undefined
}

export interface CheckedMethodsOptions {
  /** `Infinity` is no limit. */
  readonly concurrency: number
  readonly responseTimeoutInMs: number
}

/**
 * @throws TypeError for an unknown option, or an option that is not a number
 * @throws RangeError for a number out of its range
 */
export function checkMethodsOptions(options: MethodsOptions): CheckedMethodsOptions {
  const known = ['concurrency', 'responseTimeoutInMs'] satisfies (keyof MethodsOptions)[]
  const { concurrency = Infinity, responseTimeoutInMs = 30_000 } = checkOptionNames(options, known)
  if (concurrency !== Infinity) checkCount('options.concurrency', concurrency, 1)
  checkCount('options.responseTimeoutInMs', responseTimeoutInMs, 1)
  return { concurrency, responseTimeoutInMs }
}
