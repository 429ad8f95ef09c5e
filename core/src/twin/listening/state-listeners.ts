import { checkFunction } from '../../protocol/check-options.ts'
import { iterate } from './iterate.ts'
import { addListener, addListenerWithCurrent, emit, type Listeners, removeListeners } from './listeners.ts'

/** A state, such as the status or the role, and its listeners. */
export interface StateListeners<State extends Tagged> extends Listeners<State> {
  state: State
}

interface Tagged {
  readonly type: string
}

export function createStateListeners<State extends Tagged>(state: State): StateListeners<State> {
  return { entries: undefined, state }
}

/** Calls with the current state soon, and then with each later state. */
export function listenToState<State extends Tagged>(
  listeners: StateListeners<State>,
  listener: (state: State) => void,
): () => void {
  checkFunction('listener', listener)
  return addListenerWithCurrent(listeners, listener, () => listeners.state)
}

export function iterateStates<State extends Tagged>(
  listeners: StateListeners<State>,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<State> {
  let taken: State | undefined
  return iterate(
    {
      take() {
        const { state } = listeners
        if (taken === state) return undefined
        taken = state
        return state
      },
      ended: () => listeners.state.type === 'closed',
      onChange: (wake) => addListener(listeners, wake),
    },
    signal,
  )
}

/** `closed` is the last state. */
export function emitState<State extends Tagged>(listeners: StateListeners<State>, state: State): void {
  listeners.state = Object.freeze(state)
  emit(listeners, state)
  if (state.type === 'closed') removeListeners(listeners)
}
