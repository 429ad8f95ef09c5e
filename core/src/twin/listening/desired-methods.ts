import type { JsonObject } from '../../protocol/json.ts'
import type { DesiredChange } from '../changes.ts'
import type { IterationOptions, Twin } from '../twin.ts'
import { type DesiredListeners, iterateDesired, listenToDesired } from './desired-listeners.ts'

type Listener<Value = DesiredChange['value']> = (change: DesiredChange<Value>) => void

/** The methods of a twin that follow its desired properties. */
export function createDesiredMethods(desired: DesiredListeners): Pick<Twin, 'onDesired' | 'changes'> {
  return {
    onDesired(...args: [Listener<JsonObject>] | [string, Listener]) {
      // The value at the root is always an object.
      return args.length === 1 ? listenToDesired(desired, '', args[0] as Listener) : listenToDesired(desired, ...args)
    },
    changes({ path = '', signal }: IterationOptions & { readonly path?: string | undefined } = {}) {
      // The app asserts the type at the path.
      return iterateDesired(desired, path, signal) as AsyncIterableIterator<never>
    },
  }
}
