import { checkFunction } from '../../protocol/checks.ts'
import { patchAt } from '../../protocol/document.ts'
import type { DesiredChange } from '../changes.ts'
import { type AppliedPatch, catchUp, createDesiredView, follow } from './desired-view.ts'
import { iterate } from './iterate.ts'
import { addListener, listen, type Listeners } from './listeners.ts'

/** The listeners and iterators of the desired properties, each at its own path. */
export type DesiredListeners = Listeners<AppliedPatch>

export function listenToDesired(
  listeners: DesiredListeners,
  path: string,
  listener: (change: DesiredChange) => void,
): () => void {
  checkFunction('listener', listener)
  const view = createDesiredView(path)
  return listen(listeners, listener, (applied) => follow(view, applied))
}

export function iterateDesired(
  listeners: DesiredListeners,
  path: string,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<DesiredChange> {
  const view = createDesiredView(path)
  // The patches that the consumer has not taken. After two, only the difference counts.
  let untaken: readonly AppliedPatch[] = []
  return iterate(
    {
      take() {
        const { current } = listeners
        const [first, ...more] = untaken
        untaken = []
        if (current === undefined) return undefined
        if (!view.isStarted) return follow(view, current)
        if (first === undefined) return undefined
        return more.length === 0 ? follow(view, first) : catchUp(view, current)
      },
      ended: () => listeners.ended,
      onChange: (wake) =>
        addListener(listeners, (applied) => {
          if (applied !== undefined && patchAt(applied.properties, view.path) !== undefined) {
            untaken = [...untaken.slice(-1), applied]
          }
          wake()
        }),
    },
    signal,
  )
}
