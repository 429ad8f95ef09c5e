/** The runner of a reducer, a pure function `next(state, input) → [state, effects]`. */
export interface Reducer<State, Input> {
  readonly state: State
  /** An input that arrives while effects run waits until they are done. */
  readonly dispatch: (input: Input) => void
}

/**
 * @param run runs an effect; a new input that it causes goes to `dispatch`
 * @param onState called after the effects of each input
 */
export function runReducer<State, Input, Effect>(
  state: State,
  next: (state: State, input: Input) => readonly [State, readonly Effect[]],
  run: (effect: Effect) => void,
  onState?: (state: State) => void,
): Reducer<State, Input> {
  const reducer = { state, dispatch }
  /** The inputs that wait; `undefined` while no effect runs. */
  let waiting: Input[] | undefined

  function dispatch(input: Input): void {
    if (waiting !== undefined) {
      waiting.push(input)
      return
    }
    waiting = [input]
    try {
      for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) {
        const [after, effects] = next(reducer.state, first)
        reducer.state = after
        for (const effect of effects) run(effect)
        onState?.(after)
      }
    } finally {
      waiting = undefined
    }
  }

  return reducer
}
