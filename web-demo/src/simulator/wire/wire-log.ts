import type { TwinObservation } from 'hubtwin/light'
import { type NewEntry, readObservation, type WireEntry } from './wire-entry.ts'

/** A page may be open for days. */
export const MAX_ENTRIES = 500

/** The last some hundred things that went over the wire; a request and its answer are one. */
export interface WireLog {
  readonly entries: readonly WireEntry[]
  /** How many have been dropped, being the oldest. */
  readonly dropped: number
  /** @returns what is new or has changed by it */
  receive(observation: TwinObservation): readonly WireEntry[]
  /** For what no wire tells. */
  add(entry: NewEntry): WireEntry
  clear(): void
}

export function createWireLog(): WireLog {
  let entries: WireEntry[] = []
  let dropped = 0
  let lastId = 0
  /** The entries that wait, by what they wait for. */
  const open = new Map<string, WireEntry>()

  function add(entry: NewEntry): WireEntry {
    const added = { id: ++lastId, ...entry }
    entries.push(added)
    // In strides, as each one moves all of them.
    if (entries.length >= MAX_ENTRIES * 1.2) {
      dropped += entries.length - MAX_ENTRIES
      entries = entries.slice(-MAX_ENTRIES)
      const first = entries[0]?.id ?? 0
      for (const [key, { id }] of open) if (id < first) open.delete(key)
    }
    return added
  }

  function replace(entry: WireEntry): WireEntry {
    const at = entry.id - (entries[0]?.id ?? 0)
    if (entries[at]?.id === entry.id) entries[at] = entry
    return entry
  }

  return {
    get entries() {
      return entries.slice(-MAX_ENTRIES)
    },
    get dropped() {
      return dropped + Math.max(0, entries.length - MAX_ENTRIES)
    },
    add,
    receive(observation) {
      const reading = readObservation(observation)
      if (reading.type === 'answer') {
        const asked = open.get(reading.to)
        open.delete(reading.to)
        if (asked === undefined) return []
        const { answer, version, isTrouble } = reading
        return [replace({ ...asked, answer, isTrouble, ...(version !== undefined && { version }) })]
      }
      const ended = reading.type === 'end' ? [...open.values()] : []
      if (reading.type === 'end') open.clear()
      const unanswered = ended.map((entry) =>
        replace({ ...entry, answer: { at: observation.at, text: 'no answer' }, isTrouble: true }),
      )
      const added = add(reading.entry)
      if (reading.type === 'entry' && reading.awaits !== undefined) open.set(reading.awaits, added)
      return [...unanswered, added]
    },
    clear() {
      entries = []
      dropped = 0
      open.clear()
    },
  }
}
