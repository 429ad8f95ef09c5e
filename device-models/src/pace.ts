import type { JsonObject } from 'hubtwin'
import { isObject, own } from './json.ts'

/**
 * Decides when a device reports: continuous changes at a pace, other changes at once, and a refused
 * patch only after a wait.
 */
export interface Pace {
  /** The time of the last report in milliseconds, or `undefined` before the first. */
  readonly sentAt: number | undefined
  /** The last report as text. The same report has to wait before it is sent again. */
  readonly sent: string
}

export const NEW_PACE: Pace = { sentAt: undefined, sent: '' }

/** The shortest wait before the same patch is sent again, after a refusal or without a response. */
const REPEAT_IN_MS = 5000

export function paceAfter(patch: JsonObject, now: number): Pace {
  return { sentAt: now, sent: JSON.stringify(patch) }
}

/**
 * @param everyInMs the pace of continuous changes: the temperature, and the progress of a download
 */
export function isDue({ sentAt, sent }: Pace, patch: JsonObject, everyInMs: number, now: number): boolean {
  if (Object.keys(patch).length === 0) return false
  // A clock that was set back must not silence the device.
  if (sentAt === undefined || now < sentAt) return true
  if (JSON.stringify(patch) === sent) return now - sentAt >= Math.max(everyInMs, REPEAT_IN_MS)
  return isUrgent(patch) || now - sentAt >= everyInMs
}

function isUrgent(patch: JsonObject): boolean {
  return !Object.entries({ climate: 'temperature', firmware: 'progress' }).reduce(
    (left, [part, key]) => left && isOnly(own(patch, part), key),
    true,
  )
}

function isOnly(part: JsonObject[string] | undefined, key: string): boolean {
  return part === undefined || (isObject(part) && Object.keys(part).every((name) => name === key || name === '__t'))
}
