import { freezeJson, type JsonObject } from '../../protocol/json.ts'
import { MAX_SECTION_SIZE, sizeOf } from '../../protocol/limits.ts'
import { foldPatch } from './fold.ts'

/** A report that the hub has not accepted, or several folded ones. */
export interface Entry {
  readonly patch: JsonObject
  /** As `sizeOf` counts. */
  readonly size: number
  /** The last report of the entry. IDs grow from 1; those from the storage are below 0. */
  readonly lastId: number
  /** The number of callers that wait for the entry. */
  readonly waiting: number
  /** The hub may have the patch. A resent request must then contain it. */
  readonly isSent: boolean
  /**
   * The hub rejected it in a request with others. It leaves alone, so that it cannot fail them
   * again.
   */
  readonly isAlone: boolean
}

/**
 * Reports in order. A list from the newest to the oldest, so that `append` takes the same time for
 * every length and leaves earlier states unchanged.
 */
export interface Queue {
  readonly newest?: Link
  readonly size: number
}

interface Link {
  readonly entry: Entry
  readonly older: Link | undefined
}

/** A request: the fold of all entries up to an ID. */
export interface Batch {
  readonly patch: JsonObject
  readonly through: number
}

export const EMPTY_QUEUE: Queue = { size: 0 }

export function createEntry(patch: JsonObject, lastId: number, waiting: number): Entry {
  return { patch, size: sizeOf(patch), lastId, waiting, isSent: false, isAlone: false }
}

function append({ newest, size }: Queue, entry: Entry): Queue {
  return { newest: { entry, older: newest }, size: size + entry.size }
}

/** @returns the entries, the oldest first */
export function entriesOf({ newest }: Queue): readonly Entry[] {
  const entries: Entry[] = []
  for (let link = newest; link !== undefined; link = link.older) entries.push(link.entry)
  return entries.map((_, index) => entries.at(-1 - index) as Entry)
}

export function queueOf(entries: readonly Entry[]): Queue {
  return entries.reduce(append, EMPTY_QUEUE)
}

/**
 * Appends a report. When the queue becomes larger than a section of a twin, it folds: that limits
 * the memory of a long time offline.
 *
 * @param inFlight the entries up to this ID stay as they are
 * @returns an error when the others are too large even then
 */
export function appendWithinLimit(queue: Queue, entry: Entry, inFlight: number): Queue | RangeError {
  const appended = append(queue, entry)
  if (appended.size <= MAX_SECTION_SIZE) return appended
  const entries = entriesOf(appended)
  const start = entries.findIndex(({ lastId }) => lastId > inFlight)
  const folded = foldEntries(entries.slice(start))
  const size = folded.reduce((sum, { size: next }) => sum + next, 0)
  if (size <= MAX_SECTION_SIZE) return queueOf([...entries.slice(0, start), ...folded])
  return new RangeError(
    `patch would bring the waiting reports to a size of ${size}; the limit of reported properties is ${MAX_SECTION_SIZE}`,
  )
}

/**
 * @returns as many entries from the front as fit into a single request; `undefined` for an empty
 * queue
 */
export function nextBatch(queue: Queue): Batch | undefined {
  const entries = entriesOf(queue)
  return entries.length === 0 ? undefined : foldFrom(entries, 0, MAX_SECTION_SIZE)
}

/** Removes a waiting caller, and the entry too if no caller is left and the hub cannot have it. */
export function cancel(queue: Queue, id: number): Queue {
  const entries = entriesOf(queue)
  const index = entries.findIndex(({ lastId }) => lastId >= id)
  const kept = entries.flatMap((entry, at) => {
    if (at !== index) return [entry]
    const waiting = entry.waiting - 1
    return waiting > 0 || entry.isSent ? [{ ...entry, waiting }] : []
  })
  return queueOf(kept)
}

function foldEntries(entries: readonly Entry[]): readonly Entry[] {
  const folds: Entry[] = []
  for (let start = 0; start < entries.length;) {
    const { patch, through, end } = foldFrom(entries, start, Infinity)
    const parts = entries.slice(start, end)
    folds.push({
      ...createEntry(
        patch,
        through,
        parts.reduce((sum, { waiting }) => sum + waiting, 0),
      ),
      isSent: parts.some(({ isSent }) => isSent),
      // An entry that goes alone has a fold of its own.
      isAlone: (entries[start] as Entry).isAlone,
    })
    start = end
  }
  return folds
}

/** Folds as many entries as possible. `end` is the index after the last of them. */
function foldFrom(
  entries: readonly Entry[],
  start: number,
  maxSize: number,
): Batch & {
  readonly end: number
} {
  const first = entries[start] as Entry
  // The size of a fold is at most the sum.
  let { patch, lastId: through, size: sum } = first
  let end = start + 1
  for (; end < entries.length && !first.isAlone; end++) {
    const next = entries[end] as Entry
    sum += next.size
    const folded = next.isAlone || sum > maxSize ? undefined : foldPatch(patch, next.patch)
    if (folded === undefined) break
    patch = folded
    through = next.lastId
  }
  return { patch: freezeJson(patch), through, end }
}
