import type { Clock } from './clock.ts'

/** Timers by name. Starting a timer again replaces it. */
export interface Timers<Name extends string> {
  readonly clock: Clock
  readonly onTimer: (name: Name) => void
  /** The functions that cancel a running timer. */
  readonly cancels: { [name in Name]?: (() => void) | undefined }
}

export function createTimers<Name extends string>(clock: Clock, onTimer: (name: Name) => void): Timers<Name> {
  return { clock, onTimer, cancels: {} }
}

export function setTimer<Name extends string>(timers: Timers<Name>, name: Name, delayInMs: number): void {
  const { clock, onTimer, cancels } = timers
  cancels[name]?.()
  cancels[name] = clock.after(delayInMs, () => {
    cancels[name] = undefined
    onTimer(name)
  })
}

export function clearTimer<Name extends string>({ cancels }: Timers<Name>, name: Name): void {
  cancels[name]?.()
  cancels[name] = undefined
}

export function clearTimers<Name extends string>(timers: Timers<Name>): void {
  for (const name of Object.keys(timers.cancels)) clearTimer(timers, name as Name)
}
