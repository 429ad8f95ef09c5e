import type { TwinObservation } from 'hubtwin/light'
import type { TabRole } from 'hubtwin/light/shared-twin'
import { find, setText } from '../../shared/dom.ts'
import { isShown, type WireFilter } from './wire-filter.ts'
import { createWireList } from './wire-list.ts'
import { createWireLog } from './wire-log.ts'
import type { WireEntry } from './wire-entry.ts'
import { sizeOf } from './wire-row.ts'

/** Everything on the wire, as rows that can be filtered, held and taken away as JSON. */
export interface WirePanel {
  begin(device: { readonly deviceId: string; readonly hub: string }): void
  receive(observation: TwinObservation): readonly WireEntry[]
  /** In a tab that follows there is no wire. */
  showRole(role: TabRole): void
  /** Something that a person did to the connection. */
  addFault(detail: string): void
}

const WAITING = 'All that goes over the wire will be listed here.'
const FOLLOWING = 'Another tab holds the connection: what goes over the wire is listed there.'

export function createWirePanel(): WirePanel {
  const log = createWireLog()
  const list = createWireList()
  const body = find('wire-body', HTMLElement)
  const empty = find('wire-empty', HTMLElement)
  const count = find('wire-count', HTMLElement)
  const pause = find('wire-pause', HTMLButtonElement)
  const fold = find('wire-fold', HTMLButtonElement)
  const select = find('wire-filter', HTMLSelectElement)
  const search = find('wire-search', HTMLInputElement)
  let device = { deviceId: '', hub: '' }
  let held: number | undefined
  let isFollowing = false
  let filter: WireFilter = { show: 'all', words: '' }

  function show(entries: readonly WireEntry[]): void {
    if (held === undefined) list.put(entries.filter((entry) => isShown(entry, filter)))
    else held += entries.length
    tell()
  }

  function fill(): void {
    list.fill(log.entries.filter((entry) => isShown(entry, filter)))
    tell()
  }

  function tell(): void {
    const isFiltered = filter.show !== 'all' || filter.words !== ''
    const hasRows = isFiltered ? log.entries.some((entry) => isShown(entry, filter)) : log.entries.length > 0
    empty.hidden = hasRows
    setText(empty, isFiltered ? 'No row of this kind yet.' : isFollowing ? FOLLOWING : WAITING)
    setText(count, log.dropped > 0 ? `the last ${log.entries.length} of ${log.dropped + log.entries.length}` : '')
    pause.setAttribute('aria-pressed', String(held !== undefined))
    setText(pause, held === undefined ? 'Pause' : held === 0 ? 'Paused' : `Paused, ${held} new`)
  }

  function setFold(isOpen: boolean): void {
    fold.setAttribute('aria-expanded', String(isOpen))
    body.hidden = !isOpen
    list.scrollToEnd()
  }

  function setFilter(): void {
    filter = { show: select.value as WireFilter['show'], words: search.value.trim() }
    fill()
  }

  pause.addEventListener('click', () => {
    held = held === undefined ? 0 : undefined
    if (held === undefined) fill()
    tell()
  })
  find('wire-clear', HTMLButtonElement).addEventListener('click', () => {
    log.clear()
    if (held !== undefined) held = 0
    fill()
  })
  find('wire-export', HTMLButtonElement).addEventListener('click', () => {
    const content = { exportedAt: new Date().toISOString(), ...device, dropped: log.dropped, entries: toExport() }
    save(`hubtwin-${device.deviceId.replaceAll(/[^\w.-]/g, '_')}.json`, JSON.stringify(content, null, 2))
  })
  select.addEventListener('change', setFilter)
  search.addEventListener('input', setFilter)
  fold.addEventListener('click', () => setFold(fold.getAttribute('aria-expanded') !== 'true'))
  setFold(!matchMedia('(width < 44rem)').matches)

  function toExport(): readonly object[] {
    return log.entries.map((entry) => ({
      ...entry,
      at: new Date(entry.at).toISOString(),
      size: sizeOf(entry),
      ...(entry.answer !== undefined && {
        roundTripInMs: entry.answer.at - entry.at,
        answer: { ...entry.answer, at: new Date(entry.answer.at).toISOString() },
      }),
    }))
  }

  return {
    begin({ deviceId, hub }) {
      device = { deviceId, hub }
      log.clear()
      held = undefined
      fill()
    },
    receive(observation) {
      const changed = log.receive(observation)
      show(changed)
      return changed
    },
    showRole({ type }) {
      isFollowing = type === 'follower'
      tell()
    },
    addFault(detail) {
      const fault = { at: Date.now(), direction: 'none', group: 'connection', name: 'fault', detail } as const
      show([log.add({ ...fault, isTrouble: false })])
    },
  }
}

function save(name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
