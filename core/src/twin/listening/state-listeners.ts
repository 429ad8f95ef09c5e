import { iterate } from './iterate.ts'
import { addListener, createListeners, emit, listen, type Listeners, removeListeners } from './listeners.ts'

/** A state, such as the status or the role, and its listeners. */
export interface StateListeners<State extends Tagged> extends Listeners<State> {
  current: State
}

interface Tagged {
  readonly type: string
}

export function createStateListeners<State extends Tagged>(current: State): StateListeners<State> {
  return { ...createListeners(), current }
}

/** Calls with the current state soon, and then with each later state. */
export function listenToState<State extends Tagged>(
  listeners: StateListeners<State>,
  listener: (state: State) => void,
): () => void {
  return listen(listeners, listener, (state) => state)
}

export function iterateStates<State extends Tagged>(
  listeners: StateListeners<State>,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<State> {
  let taken: State | undefined
  return iterate(
    {
      take() {
        const { current } = listeners
        if (taken === current) return undefined
        taken = current
        return current
      },
      ended: () => listeners.current.type === 'closed',
      onChange: (wake) => addListener(listeners, wake),
    },
    signal,
  )
}

/** `closed` is the last state. */
export function emitState<State extends Tagged>(listeners: StateListeners<State>, state: State): void {
  emit(listeners, state)
  if (state.type === 'closed') removeListeners(listeners)
}
