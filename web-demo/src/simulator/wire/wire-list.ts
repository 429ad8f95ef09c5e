import { find } from '../../shared/dom.ts'
import { MAX_ENTRIES } from './wire-log.ts'
import { makeRow } from './wire-row.ts'
import type { WireEntry } from './wire-entry.ts'

/** The rows on screen: drawn once a frame however much happens in it, and never more than the log has. */
export interface WireList {
  /** New entries, or ones that have changed. */
  put(entries: readonly WireEntry[]): void
  /** All of them anew. */
  fill(entries: readonly WireEntry[]): void
  scrollToEnd(): void
}

export function createWireList(): WireList {
  const list = find('wire-rows', HTMLOListElement)
  const scroll = find('wire-body', HTMLElement)
  const rows = new Map<number, HTMLLIElement>()
  const coming = new Map<number, WireEntry>()

  function draw(): void {
    // Who scrolled back to read is not carried away by what is new.
    const isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 8
    for (const [id, entry] of coming) {
      const before = rows.get(id)
      const hadFocus = before?.contains(document.activeElement) ?? false
      const row = makeRow(entry, before?.querySelector('details')?.open ?? false)
      if (before === undefined) list.append(row)
      else before.replaceWith(row)
      if (hadFocus) row.querySelector('summary')?.focus()
      rows.set(id, row)
    }
    coming.clear()
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
    if (coming.size === 0) requestAnimationFrame(draw)
    for (const entry of entries) coming.set(entry.id, entry)
    // A hidden page draws nothing, for hours.
    for (const id of coming.keys()) {
      if (coming.size <= MAX_ENTRIES) break
      coming.delete(id)
    }
  }

  return {
    put,
    fill(entries) {
      list.replaceChildren()
      rows.clear()
      coming.clear()
      for (const entry of entries) coming.set(entry.id, entry)
      draw()
      scrollToEnd()
    },
    scrollToEnd,
  }
}
