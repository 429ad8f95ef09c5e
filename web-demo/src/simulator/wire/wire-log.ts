import type { TwinObservation } from 'hubtwin/light'
import { type Attempt, foldedEntry, NO_ATTEMPT, nextAttempt } from './attempt.ts'
import { type NewEntry, readObservation, type WireAnswer, type WireEntry } from './wire-entry.ts'

/** A bound, because a page may stay open for days. */
export const MAX_ENTRIES = 500

/** The effect of an observation. */
export interface WireChange {
  /** The entries that are new or changed. */
  readonly changed: readonly WireEntry[]
  /** The IDs of the entries that are now part of another entry. */
  readonly removed: readonly number[]
}

/** The newest entries of the wire. A request and its response share an entry. */
export interface WireLog {
  readonly entries: readonly WireEntry[]
  /** The number of dropped entries. The log drops the oldest entries first. */
  readonly dropped: number
  addObservation(observation: TwinObservation): WireChange
  /** Adds PUBACK to its message, because no observation shows PUBACK. */
  addAnswer(to: string, answer: WireAnswer): readonly WireEntry[]
  /** Adds an entry that no observation causes. */
  add(entry: NewEntry): WireEntry
  clear(): void
}

export function createWireLog(): WireLog {
  let entries: WireEntry[] = []
  let dropped = 0
  let lastId = 0
  let attempt: Attempt = NO_ATTEMPT
  /** The entries that await a response, by its key. */
  const awaiting = new Map<string, WireEntry>()

  function add(entry: NewEntry): WireEntry {
    const added = { id: ++lastId, ...entry }
    entries.push(added)
    // Drops many entries at a time, because each removal copies the whole list.
    if (entries.length >= MAX_ENTRIES * 1.2) {
      dropped += entries.length - MAX_ENTRIES
      entries = entries.slice(-MAX_ENTRIES)
      const first = entries[0]?.id ?? 0
      for (const [key, { id }] of awaiting) if (id < first) awaiting.delete(key)
    }
    return added
  }

  function replace(entry: WireEntry): WireEntry {
    const at = entries.findIndex(({ id }) => id === entry.id)
    if (at >= 0) entries[at] = entry
    return entry
  }

  function read(observation: TwinObservation): readonly WireEntry[] {
    const reading = readObservation(observation)
    if (reading.type === 'answer') {
      const { to, answer, version, isTrouble } = reading
      return settle(to, { answer, isTrouble, ...(version !== undefined && { version }) })
    }
    const ended = reading.type === 'end' ? [...awaiting.values()] : []
    if (reading.type === 'end') awaiting.clear()
    const unanswered = ended.map((entry) =>
      replace({ ...entry, answer: { at: observation.at, text: 'no response' }, isTrouble: true }),
    )
    const { awaits = '' } = reading.type === 'entry' ? reading : {}
    // A device repeats an early GET under the same `$rid`. Both share a row.
    const entry = awaiting.get(awaits) ?? add(reading.entry)
    if (awaits !== '') awaiting.set(awaits, entry)
    return [...unanswered, entry]
  }

  function settle(to: string, change: Partial<WireEntry>): readonly WireEntry[] {
    const request = awaiting.get(to)
    awaiting.delete(to)
    return request === undefined ? [] : [replace({ ...request, ...change })]
  }

  /** Replaces the entries of a failed attempt to connect with a single entry, the first of them. */
  function fold(changed: readonly WireEntry[]): WireChange {
    if (attempt.type !== 'failed') return { changed, removed: [] }
    const { firstId } = attempt
    const steps = entries.filter(({ id, name }) => id >= firstId && name !== 'fault')
    const [first, ...others] = steps
    if (first === undefined) return { changed, removed: [] }
    const folded = foldedEntry(first, steps, attempt)
    const removed = others.map(({ id }) => id)
    const gone = new Set(removed)
    entries = entries.flatMap((entry) => (entry === first ? folded : gone.has(entry.id) ? [] : entry))
    return { changed: [...changed.filter(({ id }) => id < firstId), folded], removed }
  }

  return {
    get entries() {
      return entries.slice(-MAX_ENTRIES)
    },
    get dropped() {
      return dropped + Math.max(0, entries.length - MAX_ENTRIES)
    },
    add,
    addAnswer: (to, answer) => settle(to, { answer }),
    addObservation(observation) {
      const changed = read(observation)
      attempt = nextAttempt(attempt, observation, changed.at(-1)?.id ?? lastId)
      return fold(changed)
    },
    clear() {
      entries = []
      dropped = 0
      attempt = NO_ATTEMPT
      awaiting.clear()
    },
  }
}
