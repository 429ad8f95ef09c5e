import { iterate } from './iterate.ts'
import { callListener, checkListener, createListeners } from './listeners.ts'

/** A state that is replaced whole, and who follows it. */
export interface StateBroadcast<State extends Tagged> {
  readonly state: State
  /** What follows, without the state now. */
  onNext(listener: (state: State) => void): () => void
  /** What is, soon, and then what follows. */
  listen(listener: (state: State) => void): () => void
  iterate(signal: AbortSignal | undefined): AsyncIterableIterator<State>
  /** After `closed` there is no other. */
  tell(state: State): void
}

interface Tagged {
  readonly type: string
}

export function createStateBroadcast<State extends Tagged>(first: State): StateBroadcast<State> {
  const changes = createListeners<State>()
  let state = first

  return {
    get state() {
      return state
    },
    onNext: changes.add,
    listen(listener) {
      checkListener(listener)
      let told: State | undefined
      const receive = (next: State): void => {
        told = next
        callListener(listener, next)
      }
      const off = changes.add(receive)
      let on = true
      queueMicrotask(() => {
        if (on && told === undefined) receive(state)
      })
      return () => {
        on = false
        off()
      }
    },
    iterate(signal) {
      let taken: State | undefined
      return iterate(
        {
          take() {
            if (taken === state) return undefined
            taken = state
            return state
          },
          ended: () => state.type === 'closed',
          onChange: (wake) => changes.add(wake),
        },
        signal,
      )
    },
    tell(next) {
      state = Object.freeze(next)
      changes.call(state)
      if (state.type === 'closed') changes.clear()
    },
  }
}
