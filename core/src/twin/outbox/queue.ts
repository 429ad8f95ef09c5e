import type { JsonObject } from '../../protocol/json.ts'
import { MAX_SECTION_SIZE, sizeOf } from '../../protocol/limits.ts'
import { createFold } from './fold.ts'

/** A report that the hub has not accepted, or several folded ones. */
export interface Entry {
  readonly patch: JsonObject
  /** As `sizeOf` counts. */
  readonly size: number
  /** Reports count from 1, in order. This is the last of the entry; 0 for a report from the storage. */
  readonly lastId: number
  /** The number of callers that wait for the entry. */
  readonly waiting: number
  /** The hub may have the patch. A resent request must then contain it. */
  readonly isSent: boolean
  /** The hub refused it in a request with others. It goes alone, so that it cannot fail them again. */
  readonly isAlone: boolean
}

/**
 * Unsent reports, in order. A list from the newest to the oldest, so that `append` takes the same
 * time for every length and changes no earlier state.
 */
export interface Queue {
  readonly newest?: Link
  readonly size: number
  readonly waiting: number
}

interface Link {
  readonly entry: Entry
  readonly older: Link | undefined
}

/** The entries of a request, and the patch that they fold to. */
export interface Batch {
  readonly patch: JsonObject
  readonly entries: readonly Entry[]
}

export const EMPTY_QUEUE: Queue = { size: 0, waiting: 0 }

export function createEntry(patch: JsonObject, lastId: number, waiting: number): Entry {
  return { patch, size: sizeOf(patch), lastId, waiting, isSent: false, isAlone: false }
}

export function append({ newest, size, waiting }: Queue, entry: Entry): Queue {
  return { newest: { entry, older: newest }, size: size + entry.size, waiting: waiting + entry.waiting }
}

/** @returns the entries, the oldest first */
export function entriesOf({ newest }: Queue): readonly Entry[] {
  const entries: Entry[] = []
  for (let link = newest; link !== undefined; link = link.older) entries.push(link.entry)
  return entries.reverse()
}

export function queueOf(entries: readonly Entry[]): Queue {
  return entries.reduce(append, EMPTY_QUEUE)
}

/**
 * Appends a report. When the queue gets larger than a section of a twin, it folds: that bounds the
 * memory of a long time offline.
 *
 * @returns an error when the queue is too large even then
 */
export function appendWithinLimit(queue: Queue, entry: Entry): Queue | RangeError {
  const appended = append(queue, entry)
  if (appended.size <= MAX_SECTION_SIZE) return appended
  const folded = foldEntries(entriesOf(appended))
  if (folded.size <= MAX_SECTION_SIZE) return folded
  return new RangeError(
    `patch would bring the waiting reports to a size of ${folded.size}; the hub accepts ${MAX_SECTION_SIZE} of reported properties`,
  )
}

/** @returns as many entries from the front as fit into a single merge patch, and the other entries */
export function takeBatch(queue: Queue): { readonly batch: Batch; readonly rest: Queue } | undefined {
  const entries = entriesOf(queue)
  if (entries.length === 0) return undefined
  const { patch, end } = foldFrom(entries, 0)
  return { batch: { patch, entries: entries.slice(0, end) }, rest: queueOf(entries.slice(end)) }
}

/** Removes a waiting caller, and the entry too if no caller is left and the hub cannot have it. */
export function cancel(entries: readonly Entry[], id: number): readonly Entry[] {
  const index = entries.findIndex(({ lastId }) => lastId >= id)
  return entries.flatMap((entry, at) => {
    if (at !== index) return [entry]
    const waiting = entry.waiting - 1
    return waiting > 0 || entry.isSent ? [{ ...entry, waiting }] : []
  })
}

function foldEntries(entries: readonly Entry[]): Queue {
  let queue = EMPTY_QUEUE
  for (let start = 0; start < entries.length;) {
    const { patch, size, end } = foldFrom(entries, start)
    const folded = entries.slice(start, end)
    const last = folded.at(-1) as Entry
    queue = append(queue, {
      ...last,
      patch,
      size,
      waiting: folded.reduce((sum, { waiting }) => sum + waiting, 0),
      isSent: folded.some(({ isSent }) => isSent),
    })
    start = end
  }
  return queue
}

interface Folded {
  readonly patch: JsonObject
  readonly size: number
  /** The index after the last folded entry. */
  readonly end: number
}

/** Folds as many entries as possible. */
function foldFrom(entries: readonly Entry[], start: number): Folded {
  const first = entries[start] as Entry
  const fold = createFold(first.patch)
  let end = start + 1
  for (; end < entries.length && !first.isAlone; end++) {
    const { patch, isAlone } = entries[end] as Entry
    if (isAlone || !fold.add(patch)) break
  }
  return { patch: fold.patch, size: fold.size, end }
}
