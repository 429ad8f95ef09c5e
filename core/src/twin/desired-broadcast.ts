import { parsePath, patchAt } from '../protocol/document.ts'
import { createDesiredView, type DesiredChange, type DesiredStep } from './desired-view.ts'
import { iterate } from './iterate.ts'
import { callListener, checkListener, createListeners } from './listeners.ts'

/** Desired changes, to those who listen at their paths. */
export interface DesiredBroadcast {
  listen(path: string, listener: (change: DesiredChange) => void): () => void
  iterate(path: string, signal: AbortSignal | undefined): AsyncIterableIterator<DesiredChange>
  /** The next state; its step goes to every path that it touches. */
  tell(step: DesiredStep): void
  end(): void
}

export function createDesiredBroadcast(): DesiredBroadcast {
  const steps = createListeners<DesiredStep | undefined>()
  let current: DesiredStep | undefined
  let ended = false

  function listen(pathText: string, listener: (change: DesiredChange) => void): () => void {
    checkListener(listener)
    const view = createDesiredView(pathText, parsePath(pathText))
    const receive = (step: DesiredStep | undefined): void => {
      if (step === undefined) return
      const change = view.begun ? view.follow(step) : view.begin(step)
      if (change !== undefined) callListener(listener, change)
    }
    if (ended) return () => {}
    let on = true
    const off = steps.add(receive)
    // Not within the call: who listens wants to hold the function that ends it first.
    queueMicrotask(() => {
      if (on && !ended && !view.begun) receive(current)
    })
    return () => {
      on = false
      off()
    }
  }

  return {
    listen,
    iterate(pathText, signal) {
      const path = parsePath(pathText)
      const view = createDesiredView(pathText, path)
      // Not yet taken: nothing, one step, or so many that only the difference counts.
      let untaken: readonly DesiredStep[] = []
      return iterate(
        {
          take() {
            const [first, ...more] = untaken
            untaken = []
            if (current === undefined) return undefined
            if (!view.begun) return view.begin(current)
            if (first === undefined) return undefined
            return more.length === 0 ? view.follow(first) : view.catchUp(current)
          },
          ended: () => ended,
          onChange: (wake) =>
            steps.add((step) => {
              if (step !== undefined && patchAt(step.patch, path) !== undefined) untaken = [...untaken.slice(-1), step]
              wake()
            }),
        },
        signal,
      )
    },
    tell(step) {
      current = step
      steps.call(step)
    },
    end() {
      if (ended) return
      ended = true
      steps.call(undefined)
      steps.clear()
    },
  }
}
