import type { JSX } from 'preact'
import type { Column, Order } from './device-view.ts'

const COLUMNS: readonly [Column, string, string][] = [
  ['deviceId', 'Device', ''],
  ['state', 'State', ''],
  ['desiredVersion', 'Desired', 'number'],
  ['reportedVersion', 'Reported', 'number'],
  ['lastActivity', 'Last activity', 'number'],
]

interface HeadsProps {
  readonly order: Order
  readonly onOrder: (order: Order) => void
}

/** The column headers. A click sorts by the column; a second click reverses the order. */
export function ColumnHeads({ order, onOrder }: HeadsProps): JSX.Element {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {COLUMNS.map(([column, name, kind]) => {
          const isOrder = order.column === column
          const direction = order.descending ? 'descending' : 'ascending'
          return (
            <th key={column} class={`${kind} ${column}`} scope="col" aria-sort={isOrder ? direction : 'none'}>
              <button
                type="button"
                onClick={() => onOrder({ column, descending: isOrder ? !order.descending : kind === 'number' })}
              >
                {name}
                {isOrder && (
                  <span class="sort" aria-hidden="true">
                    {order.descending ? '↓' : '↑'}
                  </span>
                )}
              </button>
            </th>
          )
        })}
      </tr>
    </thead>
  )
}
