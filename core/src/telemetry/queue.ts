import type { Message } from './message.ts'

/** A message that the hub has not acknowledged. */
export interface Entry extends Message {
  /** Counts from 1, in order; below 1 from the storage, for which no caller waits. */
  readonly id: number
  /** It left over an earlier connection, so the hub may have it. */
  readonly wasSent: boolean
  /** Its caller no longer waits. */
  readonly isCanceled?: boolean
}

/**
 * Messages in order. Both ends take constant time on average for any length, and earlier states
 * stay unchanged: the oldest part is an array with a start, the newest part a list. The oldest part
 * is empty only if the queue is.
 */
export interface Queue {
  readonly oldest: readonly Entry[]
  readonly start: number
  readonly newest: Link | undefined
  readonly length: number
}

interface Link {
  readonly entry: Entry
  readonly older: Link | undefined
}

export function queueOf(oldest: readonly Entry[]): Queue {
  return { oldest, start: 0, newest: undefined, length: oldest.length }
}

export function append({ oldest, start, newest: older, length }: Queue, entry: Entry): Queue {
  return length === 0 ? queueOf([entry]) : { oldest, start, newest: { entry, older }, length: length + 1 }
}

export function firstOf({ oldest, start }: Queue): Entry | undefined {
  return oldest[start]
}

/** @returns the queue without its oldest message */
export function withoutFirst({ oldest, start, newest, length }: Queue): Queue {
  const rest = { oldest, start: start + 1, newest, length: length - 1 }
  // The newest part becomes the oldest when that is used up.
  return rest.start < oldest.length ? rest : queueOf(entriesOf(rest))
}

/** @returns the messages, the oldest first */
export function entriesOf({ oldest, start, newest }: Pick<Queue, 'oldest' | 'start' | 'newest'>): readonly Entry[] {
  const entries: Entry[] = []
  for (let link = newest; link !== undefined; link = link.older) entries.push(link.entry)
  return [...oldest.slice(start), ...entries.map((_, index) => entries.at(-1 - index) as Entry)]
}
