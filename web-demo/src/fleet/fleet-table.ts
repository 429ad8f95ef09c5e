import { find } from '../shared/dom.ts'
import { deviceIdOf } from './fleet-hub.ts'
import { createFleetRow, type FleetRow } from './fleet-row.ts'
import type { Member } from './member.ts'
import { COLUMNS, nextOrder, type RowOrder, sortedIndices } from './row-order.ts'

/** A table with a row for each device, which you can sort, filter, and search. */
export interface FleetTable {
  create(count: number): void
  render(index: number, member: Member, now: number): void
  /** Sorts by the current values, unless the pointer is over a row. */
  sort(): void
  clear(): void
}

const FIRST_ORDER: RowOrder = { column: 'device', isDescending: false }

/** @param open called with the index of the device whose row was clicked */
export function createFleetTable(open: (index: number) => void): FleetTable {
  const body = find('rows', HTMLTableSectionElement)
  const filter = find('filter', HTMLSelectElement)
  const search = find('search', HTMLInputElement)
  const heads = [...document.querySelectorAll<HTMLTableCellElement>('.fleet-table thead th')]
  let rows: readonly FleetRow[] = []
  let order = FIRST_ORDER

  filter.addEventListener('change', () => {
    body.dataset['only'] = filter.value
  })
  search.addEventListener('input', showFound)
  for (const [index, head] of heads.entries()) {
    head.querySelector('button')?.addEventListener('click', () => {
      order = nextOrder(order, COLUMNS[index] ?? 'device')
      showOrder()
      arrange()
    })
  }
  body.addEventListener('click', ({ target }) => {
    const element = target instanceof Element ? target.closest('tr') : null
    const index = rows.findIndex((row) => row.element === element)
    if (index >= 0) open(index)
  })

  function showFound(): void {
    const wanted = search.value.trim().toLowerCase()
    for (const { element, deviceId } of rows) element.hidden = !deviceId.includes(wanted)
  }

  function showOrder(): void {
    for (const [index, head] of heads.entries()) {
      const isSorted = COLUMNS[index] === order.column
      head.ariaSort = isSorted ? (order.isDescending ? 'descending' : 'ascending') : null
    }
  }

  /** Moves only if the order differs, because a move costs a layout. */
  function arrange(): void {
    const keys = rows.map((row) => row.keys)
    const elements = sortedIndices(keys, order).flatMap((index) => rows[index]?.element ?? [])
    if (elements.some((element, index) => body.children[index] !== element)) body.replaceChildren(...elements)
  }

  return {
    create(count) {
      rows = Array.from({ length: count }, (_, index) => createFleetRow(deviceIdOf(index + 1)))
      order = FIRST_ORDER
      search.value = ''
      showOrder()
      body.replaceChildren(...rows.map(({ element }) => element))
    },
    render: (index, member, now) => rows[index]?.render(member, now),
    sort() {
      if (order.column !== 'device' && !body.matches(':hover, :focus-within')) arrange()
    },
    clear() {
      rows = []
      body.replaceChildren()
    },
  }
}
