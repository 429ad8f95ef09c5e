import { stopSignal } from '../runtime/stop-signal.ts'

/** Exit codes of commands that watch. Every other failure of the command line also exits with 1. */
export const EXIT = { done: 0, failed: 1, unfinished: 3 } as const

/** A time during which a command watches: until Ctrl+C, or until its limit. */
export interface Watching {
  /** Aborts with the reason `stopped` or `timeout`. */
  readonly signal: AbortSignal
  end(): void
}

export function startWatching(timeoutInMinutes: number): Watching {
  const stop = new AbortController()
  const ended = new AbortController()
  void stopSignal(ended.signal).then(() => stop.abort('stopped'))
  const timer = setTimeout(() => stop.abort('timeout'), timeoutInMinutes * 60_000)
  return {
    signal: stop.signal,
    end() {
      clearTimeout(timer)
      ended.abort()
    },
  }
}

/** The reason that the watching ended, for a notice. */
export function endText({ reason }: AbortSignal, timeoutInMinutes: number): string {
  return reason === 'timeout' ? `Reached the limit of ${timeoutInMinutes} min` : 'Stopped'
}
