import { find } from '../../shared/dom.ts'
import { MAX_ENTRIES } from './wire-log.ts'
import { makeRow } from './wire-row.ts'
import type { WireEntry } from './wire-entry.ts'

/** The rows on screen. They render at most once a frame, and are never more than the log keeps. */
export interface WireList {
  /** Adds or replaces entries. */
  put(entries: readonly WireEntry[]): void
  /** Replaces all rows. */
  fill(entries: readonly WireEntry[]): void
  scrollToEnd(): void
}

export function createWireList(): WireList {
  const list = find('wire-rows', HTMLOListElement)
  const scroll = find('wire-body', HTMLElement)
  const rows = new Map<number, HTMLLIElement>()
  const pending = new Map<number, WireEntry>()

  function render(): void {
    // New rows do not move the list while you read older rows.
    const isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 8
    for (const [id, entry] of pending) {
      const before = rows.get(id)
      const hadFocus = before?.contains(document.activeElement) ?? false
      const row = makeRow(entry, before?.querySelector('details')?.open ?? false)
      if (before === undefined) list.append(row)
      else before.replaceWith(row)
      if (hadFocus) row.querySelector('summary')?.focus()
      rows.set(id, row)
    }
    pending.clear()
    for (const [id, row] of rows) {
      if (rows.size <= MAX_ENTRIES) break
      row.remove()
      rows.delete(id)
    }
    if (isAtEnd) scrollToEnd()
  }

  function scrollToEnd(): void {
    scroll.scrollTop = scroll.scrollHeight
  }

  function put(entries: readonly WireEntry[]): void {
    if (entries.length === 0) return
    if (pending.size === 0) requestAnimationFrame(render)
    for (const entry of entries) pending.set(entry.id, entry)
    // A hidden page renders nothing for hours.
    for (const id of pending.keys()) {
      if (pending.size <= MAX_ENTRIES) break
      pending.delete(id)
    }
  }

  return {
    put,
    fill(entries) {
      list.replaceChildren()
      rows.clear()
      pending.clear()
      for (const entry of entries) pending.set(entry.id, entry)
      render()
      scrollToEnd()
    },
    scrollToEnd,
  }
}
