import type { TwinObservation } from 'hubtwin/light'
import type { TabRole } from 'hubtwin/light/shared-twin'
import { find, make, setText } from '../../shared/dom.ts'
import type { SampleDevice } from '../share/sample-subject.ts'
import { isShown, type WireFilter } from './wire-filter.ts'
import { createWireList } from './wire-list.ts'
import { createWireLog, type WireChange, type WireLog } from './wire-log.ts'
import { messageKey, type NewEntry, type WireEntry } from './wire-entry.ts'

/** The wire log as rows, with filter, pause, and export as JSON. */
export interface WirePanel {
  attach(device: SampleDevice): void
  addObservation(observation: TwinObservation): WireChange
  /** PUBACK has arrived, or has left, for the message with this ID. */
  addAcknowledgment(messageId: string): void
  /** A follower has no connection, and so no wire. */
  showRole(role: TabRole): void
  /** Logs an injected fault. */
  addFault(detail: string): void
}

const WAITING = 'Every packet appears here.'
const FOLLOWING = 'Another tab holds the connection and shows the packets.'

export function createWirePanel(): WirePanel {
  const log = createWireLog()
  const newest = find('wire-newest', HTMLButtonElement)
  const clear = find('wire-clear', HTMLButtonElement)
  const exporting = find('wire-export', HTMLButtonElement)
  const list = createWireList(
    (isAtEnd) => void (newest.disabled = isAtEnd),
    (entry) => copyAs(entry, device),
  )
  const body = find('wire-body', HTMLElement)
  const empty = find('wire-empty', HTMLElement)
  const count = find('wire-count', HTMLElement)
  const pause = find('wire-pause', HTMLButtonElement)
  const select = find('wire-filter', HTMLSelectElement)
  const search = find('wire-search', HTMLInputElement)
  let device: SampleDevice | undefined
  let held: number | undefined
  let isFollowing = false
  let filter: WireFilter = { show: 'all', words: '' }
  const isVisible = (entry: WireEntry): boolean => isShown(entry, filter)

  function addEntries(entries: readonly WireEntry[], removed: readonly number[] = []): void {
    if (held === undefined) list.update(entries.filter(isVisible), removed)
    else held += entries.length
    renderHead()
  }

  function fill(): void {
    list.fill(log.entries.filter(isVisible))
    renderHead()
  }

  function renderHead(): void {
    const isFiltered = filter.show !== 'all' || filter.words !== ''
    empty.hidden = log.entries.some(isVisible)
    setText(empty, isFiltered ? 'No matching rows yet.' : isFollowing ? FOLLOWING : WAITING)
    setText(count, log.dropped > 0 ? `last ${log.entries.length} of ${log.dropped + log.entries.length}` : '')
    pause.setAttribute('aria-pressed', String(held !== undefined))
    clear.disabled = log.entries.length === 0
    exporting.disabled = log.entries.length === 0
    setText(pause, held === undefined ? 'Pause' : held === 0 ? 'Paused' : `Paused, ${held} new`)
  }

  const setFilter = (): void => {
    filter = { show: select.value as WireFilter['show'], words: search.value.trim() }
    fill()
  }
  pause.addEventListener('click', () => {
    held = held === undefined ? 0 : undefined
    if (held === undefined) fill()
    renderHead()
  })
  clear.addEventListener('click', () => {
    log.clear()
    if (held !== undefined) held = 0
    fill()
  })
  exporting.addEventListener('click', () => void exportWhenLoaded(log, device))
  newest.addEventListener('click', list.scrollToEnd)
  select.addEventListener('change', setFilter)
  search.addEventListener('input', setFilter)
  createFold(body, list.scrollToEnd)

  return {
    attach(next) {
      device = next
      log.clear()
      held = undefined
      fill()
    },
    addObservation(observation) {
      const change = log.addObservation(observation)
      addEntries(change.changed, change.removed)
      return change
    },
    addAcknowledgment: (messageId) =>
      addEntries(log.addAnswer(messageKey(messageId), { at: Date.now(), text: 'PUBACK' })),
    showRole({ type }) {
      isFollowing = type === 'follower'
      renderHead()
    },
    addFault: (detail) => addEntries([log.add(faultEntry(detail))]),
  }
}

async function exportWhenLoaded(log: WireLog, device: SampleDevice | undefined): Promise<void> {
  if (device === undefined) return
  const { exportLog } = await import('./export-log.ts')
  exportLog(log, device)
}

/** The button that hides the rows. On a narrow screen, they start hidden. */
function createFold(body: HTMLElement, onChange: () => void): void {
  const button = find('wire-fold', HTMLButtonElement)
  function setOpen(isOpen: boolean): void {
    button.setAttribute('aria-expanded', String(isOpen))
    body.hidden = !isOpen
    onChange()
  }
  button.addEventListener('click', () => setOpen(button.getAttribute('aria-expanded') !== 'true'))
  setOpen(!matchMedia('(width < 44rem)').matches)
}

function faultEntry(detail: string): NewEntry {
  return { at: Date.now(), direction: 'none', group: 'connection', name: 'fault', detail, isTrouble: false }
}

/** The buttons load when a person opens the first row. */
function copyAs(entry: WireEntry, device: SampleDevice | undefined): HTMLElement | undefined {
  if (device === undefined || entry.group === 'connection') return undefined
  const place = make('div', 'wire-copy')
  void import('../share/row-copy.ts').then(
    ({ makeRowCopy }) => place.append(makeRowCopy(entry, device) ?? ''),
    console.warn,
  )
  return place
}
