import type { Clock } from '../session/clock.ts'
import type { Observed } from '../session/observation.ts'
import { callListener } from './listening/listeners.ts'
import type { CheckedOptions } from './options.ts'

/**
 * @returns passes observations on to the app's observer. Without an observer, a failure in the
 *   app's own code goes to the console, as in Express, Koa, and Hono: it would be silent otherwise.
 */
export function createObserve(
  { observer }: Pick<CheckedOptions, 'observer'>,
  clock: Clock,
): (observed: Observed) => void {
  return (observed) => {
    const { type } = observed
    if (observer !== undefined) callListener(observer, Object.freeze({ at: clock.now(), ...observed }))
    else if (type === 'methodFailed' || type === 'messageFailed' || type === 'storageFailed') {
      const subject = type === 'methodFailed' ? `${type} ${observed.name}` : type
      // docs/decisions/2026-11-28-handler-errors-on-the-console.md
      // oxlint-disable-next-line no-console -- the only output of the library
      console.error(`hubtwin: ${subject}; the option "observer" gets this instead.`, observed.error)
    }
  }
}
