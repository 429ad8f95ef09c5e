import { iterate } from './iterate.ts'
import { checkListener, createListeners } from './listeners.ts'

/** A state, such as the status or the role, and its listeners. */
export interface StateListeners<State extends Tagged> {
  state(): State
  /** Calls with each later state, and not with the current state. */
  onNext(listener: (state: State) => void): () => void
  /** Calls with the current state soon, and then with each later state. */
  listen(listener: (state: State) => void): () => void
  iterate(signal: AbortSignal | undefined): AsyncIterableIterator<State>
  /** `closed` is the last state. */
  emit(state: State): void
}

interface Tagged {
  readonly type: string
}

export function createStateListeners<State extends Tagged>(first: State): StateListeners<State> {
  const listeners = createListeners<State>()
  let state = first

  return {
    state: () => state,
    onNext: listeners.add,
    listen(listener) {
      checkListener(listener)
      return listeners.addWithCurrent(listener, () => state)
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
          onChange: (wake) => listeners.add(wake),
        },
        signal,
      )
    },
    emit(next) {
      state = Object.freeze(next)
      listeners.emit(state)
      if (state.type === 'closed') listeners.clear()
    },
  }
}
