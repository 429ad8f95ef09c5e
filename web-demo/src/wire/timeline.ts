import type { DeviceEvent, Report } from '../device.ts'
import { find, setText } from '../dom.ts'
import { makeRow, showAnswer } from './timeline-row.ts'

/** A page may be open for days. */
const MAX_ROWS = 300

/** What happened, one row each, a request and its answer in the same. */
export interface Timeline {
  receive(event: DeviceEvent): void
  clear(): void
}

export function createTimeline(): Timeline {
  const list = find('timeline-rows', HTMLOListElement)
  const scroll = list.parentElement as HTMLElement
  const empty = find('timeline-empty', HTMLElement)
  const pause = find('timeline-pause', HTMLButtonElement)
  const fold = find('timeline-fold', HTMLButtonElement)
  const filter = find('timeline-filter', HTMLSelectElement)
  const rowOf = new WeakMap<Report, HTMLElement>()
  let isPaused = false
  /** Rows for the next frame. */
  let coming: HTMLLIElement[] = []
  /** Rows that came while paused. */
  let held: HTMLLIElement[] = []

  /** Once a frame, however much happens in it. Who scrolled back to read is not carried away by what is new. */
  function show(rows: readonly HTMLLIElement[]): void {
    if (coming.length === 0 && rows.length > 0) requestAnimationFrame(draw)
    coming = [...coming, ...rows].slice(-MAX_ROWS)
  }

  function draw(): void {
    const isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 8
    list.append(...coming)
    coming = []
    while (list.children.length > MAX_ROWS) list.firstElementChild?.remove()
    empty.hidden = list.children.length > 0
    if (isAtEnd) scrollToEnd()
  }

  function scrollToEnd(): void {
    scroll.scrollTop = scroll.scrollHeight
  }

  function showPause(): void {
    pause.setAttribute('aria-pressed', String(isPaused))
    setText(pause, !isPaused ? 'Pause' : held.length === 0 ? 'Paused' : `Paused, ${held.length} new`)
  }

  function setFold(isOpen: boolean): void {
    fold.setAttribute('aria-expanded', String(isOpen))
    scroll.hidden = !isOpen
    scrollToEnd()
  }

  function clear(): void {
    list.replaceChildren()
    held = []
    coming = []
    empty.hidden = false
    showPause()
  }

  pause.addEventListener('click', () => {
    isPaused = !isPaused
    if (!isPaused) show(held)
    held = isPaused ? held : []
    showPause()
  })
  find('timeline-clear', HTMLButtonElement).addEventListener('click', clear)
  filter.addEventListener('change', () => {
    list.dataset['only'] = filter.value
    scrollToEnd()
  })
  fold.addEventListener('click', () => setFold(fold.getAttribute('aria-expanded') !== 'true'))
  setFold(!matchMedia('(width < 44rem)').matches)

  return {
    clear,
    receive(event) {
      if (event.type === 'reported') {
        const row = rowOf.get(event.report)
        if (row !== undefined) showAnswer(row, event.report, event.answer)
        return
      }
      const row = makeRow(event)
      if (event.type === 'report') rowOf.set(event.report, row)
      if (isPaused) held = [...held, row].slice(-MAX_ROWS)
      else show([row])
      showPause()
    },
  }
}
