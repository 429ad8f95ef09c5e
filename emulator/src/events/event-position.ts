import { Refusal } from '../errors/refusal.ts'
import type { EventLog } from './event-log.ts'

/** The position of a reader in the event log: it has read all events up to `sequence`. */
export interface EventPosition {
  readonly sequence: number
  /**
   * How many events the log has lost for this reader. Null after a restart or a restore of the hub:
   * unknown.
   */
  readonly missed: number | null
}

/** Where a request wants to start reading. */
export interface StartRequest {
  /** The header `Last-Event-ID` of a browser that reconnects. It overrides the others. */
  readonly lastEventId: string | undefined
  /** The ID of the event to continue after. */
  readonly after: string | undefined
  /** How many of the latest events come first. */
  readonly recent: number | undefined
}

export function eventId({ run }: EventLog, sequence: number): string {
  return `${run}-${sequence}`
}

/** @throws Refusal ArgumentInvalid when `after` is not the ID of an event */
export function startPosition(log: EventLog, { lastEventId, after, recent = 0 }: StartRequest): EventPosition {
  const id = lastEventId || after
  if (id === undefined) return { sequence: Math.max(log.lastDropped, log.last - recent), missed: 0 }
  const [, run, digits] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(id) ?? []
  if (digits === undefined) throw new Refusal('ArgumentInvalid', 'after and Last-Event-ID must be the ID of an event')
  const sequence = Number(digits)
  if (run !== log.run || sequence > log.last) return { sequence: log.lastDropped, missed: null }
  return { sequence: Math.max(log.lastDropped, sequence), missed: Math.max(0, log.lastDropped - sequence) }
}
