import { find } from '../../shared/dom.ts'
import { MAX_ENTRIES } from './wire-log.ts'
import { type MakeExtra, makeRow } from './wire-row.ts'
import type { WireEntry } from './wire-entry.ts'

/**
 * The rows on screen. They render at most once a frame, and show at most the entries of the log.
 */
export interface WireList {
  /** Adds or replaces entries, and removes those that are now part of another. */
  update(entries: readonly WireEntry[], removed?: readonly number[]): void
  /** Replaces all rows. */
  fill(entries: readonly WireEntry[]): void
  scrollToEnd(): void
}

/**
 * @param onScroll called with whether the newest row is in view
 * @param makeExtra content of an open row, after its messages
 */
export function createWireList(onScroll: (isAtEnd: boolean) => void, makeExtra: MakeExtra): WireList {
  const list = find('wire-rows', HTMLOListElement)
  const scroll = find('wire-body', HTMLElement)
  const rows = new Map<number, HTMLLIElement>()
  const pending = new Map<number, WireEntry>()
  let isRenderRequested = false

  function render(): void {
    isRenderRequested = false
    // New rows do not move the list while you read older rows.
    const wasAtEnd = isAtEnd()
    for (const [id, entry] of pending) {
      const before = rows.get(id)
      const hadFocus = before?.contains(document.activeElement) ?? false
      const row = makeRow(entry, before?.querySelector('details')?.open ?? false, makeExtra)
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
    if (wasAtEnd) scrollToEnd()
    onScroll(isAtEnd())
  }

  function isAtEnd(): boolean {
    return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 8
  }

  function scrollToEnd(): void {
    scroll.scrollTop = scroll.scrollHeight
  }

  scroll.addEventListener('scroll', () => onScroll(isAtEnd()), { passive: true })

  function update(entries: readonly WireEntry[], removed: readonly number[] = []): void {
    for (const id of removed) {
      pending.delete(id)
      rows.get(id)?.remove()
      rows.delete(id)
    }
    if (entries.length === 0) return
    isRenderRequested ||= requestAnimationFrame(render) > 0
    for (const entry of entries) pending.set(entry.id, entry)
    // A hidden page renders nothing for hours.
    for (const id of pending.keys()) {
      if (pending.size <= MAX_ENTRIES) break
      pending.delete(id)
    }
  }

  return {
    update,
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
