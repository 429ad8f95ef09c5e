import type { Clock } from './clock.ts'

/** Timers by name. Starting a timer again replaces it. */
export interface Timers<Name extends string> {
  start(name: Name, delayInMs: number): void
  stop(name: Name): void
  stopAll(): void
}

export function createTimers<Name extends string>(clock: Clock, onTimer: (name: Name) => void): Timers<Name> {
  const cancels = new Map<Name, () => void>()

  function stop(name: Name): void {
    cancels.get(name)?.()
    cancels.delete(name)
  }

  return {
    start(name, delayInMs) {
      stop(name)
      const cancel = clock.after(delayInMs, () => {
        cancels.delete(name)
        onTimer(name)
      })
      cancels.set(name, cancel)
    },
    stop,
    stopAll() {
      for (const name of [...cancels.keys()]) stop(name)
    },
  }
}
