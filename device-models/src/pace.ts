import type { JsonObject } from 'hubtwin'
import { isObject, own } from './json.ts'

/** When a device reports: what changes all the time at a pace, everything else at once, and nothing refused in a circle. */
export interface Pace {
  /** When something was sent last, in milliseconds; `undefined` before. */
  readonly sentAt: number | undefined
  /** That, as text: the same again is no news, and waits. */
  readonly sent: string
}

export const newPace: Pace = { sentAt: undefined, sent: '' }

/** The shortest wait before the same patch goes out again: the hub has refused it, or did not answer. */
const REPEAT_IN_MS = 5000

export function paceAfter(patch: JsonObject, now: number): Pace {
  return { sentAt: now, sent: JSON.stringify(patch) }
}

/** @param everyInMs the pace of what changes all the time: the temperature, and a download's progress */
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
  return part === undefined || (isObject(part) && Object.keys(part).every((name) => name === key))
}
