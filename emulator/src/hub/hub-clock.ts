import { Refusal } from '../errors/refusal.ts'

/**
 * The hub's time: what tokens and their grace, timestamps, the life of messages, jobs and throttling go by. The time-outs of sockets, keep-alives
 * and methods go by the real one.
 */
export interface HubClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Sets the time, from which it goes on. What was to happen until then happens at once. @throws Refusal ArgumentInvalid */
  set(time: Date | number): void
  /** As `set`, so much later; a negative number is earlier. @throws Refusal ArgumentInvalid */
  advance(milliseconds: number): void
  /** Stops it until `start`: what waits for a later time waits until it is set or advanced. */
  stop(): void
  start(): void
  /** Back to the real time, or to what the option `clock` says. */
  reset(): void
  readonly isStopped: boolean
}

/** The hub's own side of its clock. */
export interface ClockSource extends HubClock {
  /** Calls a function whenever the time has been set. @returns takes it off again */
  onJump(listener: () => void): () => void
  /** Resolves at a time, or when the signal aborts. */
  until(time: number, signal: AbortSignal): Promise<void>
}

type State = { readonly type: 'running'; readonly offset: number } | { readonly type: 'stopped'; readonly at: number }

/** As far as a timestamp can say it: the last moment of the year 9999. */
const latest = 253_402_300_799_999

/** The clock below may be set too, and tells nobody. */
const longestLookInMs = 250

export function createHubClock(below: () => number): ClockSource {
  let state: State = { type: 'running', offset: 0 }
  const listeners = new Set<() => void>()

  function now(): number {
    return state.type === 'stopped' ? state.at : below() + state.offset
  }

  function become(next: State): void {
    state = next
    for (const listener of [...listeners]) listener()
  }

  function set(time: Date | number): void {
    const at = Number(time)
    if (!Number.isInteger(at) || at < 0 || at > latest) {
      throw new Refusal('ArgumentInvalid', `The time must lie between 1970 and 9999, and is ${String(at)}`)
    }
    become(state.type === 'stopped' ? { type: 'stopped', at } : { type: 'running', offset: at - below() })
  }

  function onJump(listener: () => void): () => void {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  return {
    now,
    set,
    advance: (milliseconds) => set(now() + milliseconds),
    stop: () => become({ type: 'stopped', at: now() }),
    start: () => become({ type: 'running', offset: now() - below() }),
    reset: () => become({ type: 'running', offset: 0 }),
    get isStopped() {
      return state.type === 'stopped'
    },
    onJump,
    until: (time, signal) =>
      new Promise((resolve) => {
        let timer: NodeJS.Timeout | undefined
        const look = (): void => {
          clearTimeout(timer)
          const left = time - now()
          if (left > 0 && !signal.aborted) {
            timer = setTimeout(look, Math.min(left, longestLookInMs)).unref()
            return
          }
          forget()
          signal.removeEventListener('abort', look)
          resolve()
        }
        const forget = onJump(look)
        signal.addEventListener('abort', look, { once: true })
        look()
      }),
  }
}
