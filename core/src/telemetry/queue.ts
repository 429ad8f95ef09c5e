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
 * Messages in order. Both ends take constant time for any length, and earlier states stay
 * unchanged: the oldest part is an array with a start, the newest part a list.
 */
export interface Queue {
  readonly oldest: readonly Entry[]
  readonly start: number
  readonly newest?: Link | undefined
}

interface Link {
  readonly entry: Entry
  readonly older: Link | undefined
}

export function queueOf(oldest: readonly Entry[]): Queue {
  return { oldest, start: 0 }
}

export function append({ newest, ...rest }: Queue, entry: Entry): Queue {
  return { ...rest, newest: { entry, older: newest } }
}

/** @returns the oldest message, and the queue without it; `undefined` for an empty queue */
export function takeOldest(queue: Queue): readonly [Entry, Queue] | undefined {
  // The newest part becomes the oldest when that is used up.
  const { oldest, start, newest } = queue.start < queue.oldest.length ? queue : queueOf(entriesOf(queue))
  const entry = oldest[start]
  return entry && [entry, { oldest, start: start + 1, newest }]
}

/** @returns the messages, the oldest first */
export function entriesOf({ oldest, start, newest }: Queue): readonly Entry[] {
  const entries: Entry[] = []
  for (let link = newest; link !== undefined; link = link.older) entries.push(link.entry)
  return [...oldest.slice(start), ...entries.map((_, index) => entries.at(-1 - index) as Entry)]
}
