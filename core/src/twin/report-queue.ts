import { foldPatches } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import { MAX_SECTION_SIZE, sizeOf } from '../protocol/limits.ts'

/** Who waits for a patch. */
export interface Waiter {
  resolve(version: number): void
  reject(error: unknown): void
}

/** What one request carries, and the queued patches that it is made of. */
export interface Batch {
  readonly patch: JsonObject
  readonly patches: ReadonlySet<JsonObject>
}

interface Entry {
  readonly patch: JsonObject
  readonly size: number
  readonly waiters: Set<Waiter>
  /** The hub may have it, so what it did may not be left out when the patches around it are sent again. */
  sent: boolean
  /** Its request was refused together with others: it goes alone, so that it can't take them with it again. */
  alone: boolean
}

/** Patches that the hub has not taken, in order and within bounds. */
export interface ReportQueue {
  readonly patches: readonly JsonObject[]
  /** Changes with the patches. */
  readonly revision: number
  /** Patches of an earlier process, before all others; nobody waits for them. */
  prepend(patches: readonly JsonObject[]): void
  /**
   * @param locked patches that must stay as they are, being under way
   * @throws RangeError when what waits would be more than the hub takes of reported properties
   */
  append(patch: JsonObject, waiter: Waiter, locked: ReadonlySet<JsonObject>): void
  /** To be sent now: as many patches from the front as one merge patch can say, within what the hub takes. */
  nextBatch(): Batch | undefined
  /** @returns who waited for the batch, but for those who gave up meanwhile */
  takeOff(batch: Batch): readonly Waiter[]
  /** The patches of a batch go one by one from here on. */
  takeApart(batch: Batch): void
  /** Somebody no longer waits; the patch goes as well, unless it has been sent or is folded with one that somebody does wait for. */
  forget(waiter: Waiter): void
  /** Nobody waits any longer, and the patches stay. @returns who did, with the patch */
  releaseAll(): readonly (readonly [JsonObject, Waiter])[]
}

/** A report is a promise that somebody holds; so many at once are a loop that does not wait. */
const MAX_WAITERS = 10_000

export function createReportQueue(): ReportQueue {
  let entries: Entry[] = []
  let size = 0
  let waiting = 0
  let revision = 0

  function replace(next: Entry[]): void {
    entries = next
    size = next.reduce((sum, entry) => sum + entry.size, 0)
    waiting = next.reduce((sum, entry) => sum + entry.waiters.size, 0)
    revision++
  }

  return {
    get patches() {
      return entries.map(({ patch }) => patch)
    },
    get revision() {
      return revision
    },
    prepend(patches) {
      if (patches.length > 0) replace([...patches.map((patch) => makeEntry(patch, [])), ...entries])
    },
    append(patch, waiter, locked) {
      if (waiting >= MAX_WAITERS) throw new RangeError(`${waiting} reports wait for the hub; no more are taken`)
      const entry = makeEntry(patch, [waiter])
      if (size + entry.size > MAX_SECTION_SIZE) replace(foldEntries(entries, entry, locked))
      else {
        entries.push(entry)
        size += entry.size
        waiting++
        revision++
      }
    },
    nextBatch() {
      const [first, ...others] = entries
      if (first === undefined) return undefined
      const taken = [first]
      let { patch } = first
      for (const entry of first.alone ? [] : others) {
        const folded = entry.alone ? undefined : foldPatches(patch, entry.patch)
        if (folded === undefined || sizeOf(folded) > MAX_SECTION_SIZE) break
        taken.push(entry)
        patch = folded
      }
      for (const entry of taken) entry.sent = true
      return { patch, patches: new Set(taken.map((entry) => entry.patch)) }
    },
    takeOff({ patches }) {
      const gone = entries.filter(({ patch }) => patches.has(patch))
      replace(entries.filter(({ patch }) => !patches.has(patch)))
      return gone.flatMap(({ waiters }) => [...waiters])
    },
    takeApart({ patches }) {
      for (const entry of entries) if (patches.has(entry.patch)) entry.alone = true
    },
    forget(waiter) {
      const entry = entries.find(({ waiters }) => waiters.has(waiter))
      entry?.waiters.delete(waiter)
      if (entry !== undefined)
        replace(entries.filter((other) => other !== entry || entry.waiters.size > 0 || entry.sent))
    },
    releaseAll() {
      const released = entries.flatMap(({ patch, waiters }) => [...waiters].map((waiter) => [patch, waiter] as const))
      for (const { waiters } of entries) waiters.clear()
      waiting = 0
      return released
    },
  }
}

function makeEntry(patch: JsonObject, waiters: Iterable<Waiter>): Entry {
  return { patch, size: sizeOf(patch), waiters: new Set(waiters), sent: false, alone: false }
}

/** Neighbours become one where one patch can say what both do; the memory of a long time offline is bounded by that. */
function foldEntries(entries: readonly Entry[], added: Entry, locked: ReadonlySet<JsonObject>): Entry[] {
  const kept = entries.filter((entry) => locked.has(entry.patch))
  const free = entries.filter((entry) => !locked.has(entry.patch))
  const groups: { patch: JsonObject; waiters: Set<Waiter>; sent: boolean; alone: boolean }[] = []
  for (const { patch, waiters, sent, alone } of [...free, added]) {
    const last = groups.at(-1)
    const both = last === undefined || last.alone || alone ? undefined : foldPatches(last.patch, patch)
    if (last === undefined || both === undefined) groups.push({ patch, waiters: new Set(waiters), sent, alone })
    else {
      last.patch = both
      for (const waiter of waiters) last.waiters.add(waiter)
      last.sent ||= sent
    }
  }
  const folded = groups.map((group): Entry => ({ ...group, size: sizeOf(group.patch) }))
  const size = folded.reduce((sum, entry) => sum + entry.size, 0)
  if (size <= MAX_SECTION_SIZE) return [...kept, ...folded]
  throw new RangeError(
    `patch would make what waits for the hub a size of ${size}; the hub takes at most ${MAX_SECTION_SIZE} of reported properties`,
  )
}
