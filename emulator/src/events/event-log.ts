import { randomBytes } from 'node:crypto'
import { type LoggedEvent, loggedEvent } from './logged-event.ts'
import type { HubEvent } from './hub-event.ts'

/**
 * The latest events of a hub. All readers share the log, and each has a position in it. The log
 * drops events that a slow reader has not read yet, so slow readers cost no memory.
 */
export interface EventLog {
  /** A random ID. It changes when the hub restarts or its state is replaced. */
  readonly run: string
  /** The sequence number of the latest event, or 0 without events. */
  readonly last: number
  /** The sequence number of the latest event that the log has dropped, or 0. */
  readonly lastDropped: number
  /** Up to `count` events after a sequence number, oldest first. */
  after(sequence: number, count: number): readonly LoggedEvent[]
  /** Resolves at the next event, with the signal, or after the timeout. */
  wait(signal: AbortSignal, timeoutInMs: number): Promise<void>
}

export interface LogLimits {
  readonly events: number
  /** Characters and bytes, as `loggedEvent()` counts them. */
  readonly size: number
}

const DEFAULT_LIMITS: LogLimits = { events: 5000, size: 4 * 1024 * 1024 }

/** The log with the side that writes to it. */
export interface WritableEventLog extends EventLog {
  add(event: HubEvent): void
  /** Drops all events and changes `run`, because the hub's state was replaced. */
  restart(): void
}

export function createEventLog(limits: LogLimits = DEFAULT_LIMITS): WritableEventLog {
  let run = newRun()
  const waiting = new Set<() => void>()
  let events: LoggedEvent[] = []
  let size = 0
  let last = 0

  function add(event: HubEvent): void {
    const logged = loggedEvent(event)
    events.push(logged)
    last = event.sequence
    size += logged.size
    while (events.length > limits.events || (size > limits.size && events.length > 1)) {
      size -= events.shift()?.size ?? 0
    }
    wakeAll()
  }

  function restart(): void {
    run = newRun()
    events = []
    size = 0
    wakeAll()
  }

  function wakeAll(): void {
    for (const wake of waiting) wake()
  }

  function wait(signal: AbortSignal, timeoutInMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, timeoutInMs)
      waiting.add(wake)
      signal.addEventListener('abort', wake)
      if (signal.aborted) wake()
    })
  }

  return {
    get run() {
      return run
    },
    get last() {
      return last
    },
    get lastDropped() {
      return last - events.length
    },
    add,
    restart,
    after(sequence, count) {
      const start = Math.max(0, events.length - (last - sequence))
      return events.slice(start, start + count)
    },
    wait,
  }
}

function newRun(): string {
  return randomBytes(4).toString('hex')
}
