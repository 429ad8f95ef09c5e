import { parsePath, patchAt } from '../../protocol/document.ts'
import type { DesiredChange } from '../changes.ts'
import { type AppliedPatch, createDesiredView } from './desired-view.ts'
import { iterate } from './iterate.ts'
import { checkListener, createListeners } from './listeners.ts'

/** The listeners and iterators of the desired properties, each at its own path. */
export interface DesiredListeners {
  listen(path: string, listener: (change: DesiredChange) => void): () => void
  iterate(path: string, signal: AbortSignal | undefined): AsyncIterableIterator<DesiredChange>
  /** Calls the listeners whose path the patch touches. */
  emit(applied: AppliedPatch): void
  end(): void
}

export function createDesiredListeners(): DesiredListeners {
  // Listeners get `undefined` at the end.
  const patches = createListeners<AppliedPatch | undefined>()
  let current: AppliedPatch | undefined
  let ended = false

  return {
    listen(pathText, listener) {
      checkListener(listener)
      const view = createDesiredView(pathText, parsePath(pathText))
      return patches.addWithCurrent(
        (applied) => {
          if (applied === undefined) return
          const change = view.isStarted() ? view.follow(applied) : view.start(applied)
          if (change !== undefined) listener(change)
        },
        () => (ended ? undefined : current),
      )
    },
    iterate(pathText, signal) {
      const path = parsePath(pathText)
      const view = createDesiredView(pathText, path)
      // The patches that the consumer has not taken. After two, only the difference counts.
      let untaken: readonly AppliedPatch[] = []
      return iterate(
        {
          take() {
            const [first, ...more] = untaken
            untaken = []
            if (current === undefined) return undefined
            if (!view.isStarted()) return view.start(current)
            if (first === undefined) return undefined
            return more.length === 0 ? view.follow(first) : view.catchUp(current)
          },
          ended: () => ended,
          onChange: (wake) =>
            patches.add((applied) => {
              if (applied !== undefined && patchAt(applied.properties, path) !== undefined) {
                untaken = [...untaken.slice(-1), applied]
              }
              wake()
            }),
        },
        signal,
      )
    },
    emit(applied) {
      current = applied
      patches.emit(applied)
    },
    end() {
      if (ended) return
      ended = true
      patches.emit(undefined)
      patches.clear()
    },
  }
}
