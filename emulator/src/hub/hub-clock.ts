import { Refusal } from '../errors/refusal.ts'

/**
 * The hub's time. Tokens and their grace period, timestamps, the lifetime of messages, jobs, and
 * throttling follow it. Keep-alives and the timeouts of sockets and methods follow the real time.
 * @example
 * ```ts
 * import { type HubClock, startHub } from 'hubtwin-emulator'
 *
 * function skipDay(clock: HubClock): number {
 *   clock.advance(24 * 3_600_000)
 *   return clock.now()
 * }
 *
 * const hub = await startHub()
 * console.log(new Date(skipDay(hub.clock)).toISOString())
 * await hub.close()
 * ```
 */
export interface HubClock {
  /** Milliseconds since 1970. */
  now(): number
  /**
   * Sets the time, and the clock continues from there. Everything that is due by then happens at
   * once.
   *
   * @throws Refusal ArgumentInvalid
   */
  set(time: Date | number): void
  /** Moves the time forward, or back by a negative number. @throws Refusal ArgumentInvalid */
  advance(milliseconds: number): void
  /** Stops the clock until `start`. `set` and `advance` still work. */
  stop(): void
  start(): void
  /** Returns to the real time, or to the option `clock`. */
  reset(): void
  readonly isStopped: boolean
}

/** The hub's side of its clock. */
export interface ClockSource extends HubClock {
  /** Calls a function after each change of the time. @returns removes the listener */
  onJump(listener: () => void): () => void
  /** Resolves at a time, or when the signal aborts. */
  until(time: number, signal: AbortSignal): Promise<void>
}

type State = { readonly type: 'running'; readonly offset: number } | { readonly type: 'stopped'; readonly at: number }

/** The last millisecond of the year 9999, the end of the timestamp format. */
const LATEST = 253_402_300_799_999

/** The option `clock` can jump without notice, so waits check it at this interval. */
const MAX_CHECK_INTERVAL_IN_MS = 250

export function createHubClock(baseClock: () => number): ClockSource {
  let state: State = { type: 'running', offset: 0 }
  const listeners = new Set<() => void>()

  function now(): number {
    return state.type === 'stopped' ? state.at : baseClock() + state.offset
  }

  function setState(next: State): void {
    state = next
    for (const listener of [...listeners]) listener()
  }

  function set(time: Date | number): void {
    const at = Number(time)
    if (!Number.isInteger(at) || at < 0 || at > LATEST) {
      throw new Refusal('ArgumentInvalid', `The time must be between 1970 and 9999, not ${textOf(at)}`)
    }
    setState(state.type === 'stopped' ? { type: 'stopped', at } : { type: 'running', offset: at - baseClock() })
  }

  function onJump(listener: () => void): () => void {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  return {
    now,
    set,
    advance: (milliseconds) => set(now() + milliseconds),
    stop: () => setState({ type: 'stopped', at: now() }),
    start: () => setState({ type: 'running', offset: now() - baseClock() }),
    reset: () => setState({ type: 'running', offset: 0 }),
    get isStopped() {
      return state.type === 'stopped'
    },
    onJump,
    until: (time, signal) =>
      new Promise((resolve) => {
        let timer: NodeJS.Timeout | undefined
        const check = (): void => {
          clearTimeout(timer)
          const left = time - now()
          if (left > 0 && !signal.aborted) {
            timer = setTimeout(check, Math.min(left, MAX_CHECK_INTERVAL_IN_MS)).unref()
            return
          }
          removeListener()
          signal.removeEventListener('abort', check)
          resolve()
        }
        const removeListener = onJump(check)
        signal.addEventListener('abort', check, { once: true })
        check()
      }),
  }
}

/** The last time of a `Date` (ECMA-262 §21.4.1.1), in milliseconds. */
const END_OF_DATES = 8.64e15

/** A time for an error, also a time that no date can have. */
function textOf(milliseconds: number): string {
  if (Number.isNaN(milliseconds)) return 'NaN'
  if (milliseconds > END_OF_DATES) return 'after the year 275760'
  return milliseconds < -END_OF_DATES ? 'before the year -271821' : new Date(milliseconds).toISOString()
}
