import type { JsonObject } from '../../protocol/json.ts'
import type { DesiredChange } from '../changes.ts'
import type { IterationOptions, Twin } from '../twin.ts'
import { type DesiredListeners, iterateDesired, listenToDesired } from './desired-listeners.ts'
import { checkWaitOptions } from './wait.ts'

type Listener<Value = DesiredChange['value']> = (change: DesiredChange<Value>) => void

/**
 * The methods of a twin that follow its desired properties.
 *
 * @param checkOpen throws when the twin is closed
 */
export function createDesiredMethods(
  desired: DesiredListeners,
  checkOpen: () => void,
): Pick<Twin, 'onDesired' | 'changes'> {
  return {
    onDesired(...args: [Listener<JsonObject>] | [string, Listener]) {
      checkOpen()
      const [first, second] = args
      const isAtRoot = args.length === 1 && typeof first !== 'string'
      // The value at the root is always an object.
      return isAtRoot
        ? listenToDesired(desired, '', first as Listener)
        : listenToDesired(desired, first as string, second as Listener)
    },
    changes(options: IterationOptions & { readonly path?: string | undefined } = {}) {
      const { path = '', signal } = checkWaitOptions(options, ['path', 'signal'])
      checkOpen()
      // The app asserts the type at the path.
      return iterateDesired(desired, path, signal) as AsyncIterableIterator<never>
    },
  }
}
