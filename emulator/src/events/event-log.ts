import { randomBytes } from 'node:crypto'
import { eventJson } from './event-json.ts'
import type { HubEvent } from './hub-event.ts'

/** An event as it goes out, and what it can be chosen by. */
export interface LoggedEvent {
  readonly sequence: number
  readonly deviceId: string
  readonly type: HubEvent['type']
  /** JSON, in one line. */
  readonly text: string
}

/**
 * The newest events of a hub, for readers that each have a place in it. One that is too slow, or that comes back too late, finds its
 * place gone: however many there are and however slow, the log is all the memory that they take.
 */
export interface EventLog {
  /** Tells one run of the hub from another, and what was before its state was replaced from what came after. */
  readonly run: string
  /** The place of the newest event, 0 before the first. */
  readonly last: number
  /** The place before the oldest event that is kept. */
  readonly gone: number
  /** Events after a place that is kept, oldest first. */
  after(sequence: number, count: number): readonly LoggedEvent[]
  /** Resolves when there is another event, or after a while. */
  wait(signal: AbortSignal, timeoutInMs: number): Promise<void>
}

export interface LogLimits {
  readonly events: number
  /** Characters of JSON. */
  readonly size: number
}

const usual: LogLimits = { events: 5000, size: 4 * 1024 * 1024 }

/** The log with the side from which it is filled. */
export interface FilledLog extends EventLog {
  add(event: HubEvent): void
  /** The state of the hub is another one: what is kept says nothing of it. */
  restart(): void
}

export function createEventLog(limits: LogLimits = usual): FilledLog {
  let run = newRun()
  const waiting = new Set<() => void>()
  let events: LoggedEvent[] = []
  let size = 0
  let last = 0

  function add(event: HubEvent): void {
    const text = JSON.stringify(eventJson(event))
    events.push({ sequence: event.sequence, deviceId: event.deviceId, type: event.type, text })
    last = event.sequence
    size += text.length
    while (events.length > limits.events || (size > limits.size && events.length > 1)) {
      size -= events.shift()?.text.length ?? 0
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
    get gone() {
      return last - events.length
    },
    add,
    restart,
    after(sequence, count) {
      const begin = Math.max(0, events.length - (last - sequence))
      return events.slice(begin, begin + count)
    },
    wait,
  }
}

function newRun(): string {
  return randomBytes(4).toString('hex')
}
