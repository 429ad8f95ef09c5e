/** The runner of a reducer, a pure function `next(state, input) → [state, effects]`. */
export interface Reducer<State, Input> {
  state(): State
  /** An input that arrives while effects run waits until they are done. */
  dispatch(input: Input): void
}

/** @param run runs an effect; a new input that it causes goes to `dispatch` */
export function runReducer<State, Input, Effect>(
  first: State,
  next: (state: State, input: Input) => readonly [State, readonly Effect[]],
  run: (effect: Effect) => void,
): Reducer<State, Input> {
  const inputs: Input[] = []
  let state = first
  let isRunning = false

  return {
    state: () => state,
    dispatch(input) {
      inputs.push(input)
      if (isRunning) return
      isRunning = true
      try {
        for (let waiting = inputs.shift(); waiting !== undefined; waiting = inputs.shift()) {
          const [after, effects] = next(state, waiting)
          state = after
          effects.forEach(run)
        }
      } finally {
        isRunning = false
      }
    },
  }
}
