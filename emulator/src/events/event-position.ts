import type { EventLog } from './event-log.ts'
import { Refusal } from '../errors/refusal.ts'

/** Where a reader of the log goes on, and what it has lost by then. */
export interface Place {
  readonly sequence: number
  /** Null: the hub has started again since, or its state was replaced, so nobody can say. */
  readonly missed: number | null
}

export interface Begin {
  /** `Last-Event-ID`, as a browser sends it when it comes back; it counts more than the others. */
  readonly lastEventId: string | undefined
  /** The id of an event: what came after it. */
  readonly after: string | undefined
  /** How many of the events before now come first. */
  readonly recent: number | undefined
}

export function eventId({ run }: EventLog, sequence: number): string {
  return `${run}-${sequence}`
}

/** @throws Refusal ArgumentInvalid where `after` is no id of an event */
export function placeIn(log: EventLog, { lastEventId, after, recent = 0 }: Begin): Place {
  const id = lastEventId || after
  if (id === undefined) return { sequence: Math.max(log.gone, log.last - recent), missed: 0 }
  const [, run, digits] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(id) ?? []
  if (digits === undefined) throw new Refusal('ArgumentInvalid', 'after and Last-Event-ID take the id of an event')
  const sequence = Number(digits)
  if (run !== log.run || sequence > log.last) return { sequence: log.gone, missed: null }
  return { sequence: Math.max(log.gone, sequence), missed: Math.max(0, log.gone - sequence) }
}
