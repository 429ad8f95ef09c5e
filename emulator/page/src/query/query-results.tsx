import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import { pixels } from '../common/pixels.ts'
import { useRows } from '../common/use-rows.ts'
import { columnsOf } from './query-columns.ts'
import { QueryRow } from './query-row.tsx'
import type { QueryResult } from './query-session.ts'
import { RowDetail } from './row-detail.tsx'
import type { QueryDesk } from './use-query-session.ts'
import { rowsOfKey } from '../common/list-keys.ts'

const ROW_HEIGHT_IN_REM = 2
const PAGE = 10
/** The column with the number of the row. */
const NUMBERS_IN_REM = 4.5
const PADDING_IN_REM = 1.5

interface ResultsProps {
  readonly result: QueryResult
  readonly desk: QueryDesk
}

/** The rows of a result as a table. Only the visible rows exist. A selected row opens below. */
export function QueryResults({ result, desk }: ResultsProps): JSX.Element {
  const { rows: items, itemType, continuation } = result
  const columns = useMemo(() => columnsOf(items, itemType), [items, itemType])
  const [selected, setSelected] = useState<number>()
  const scroller = useRef<HTMLDivElement>(null)
  const height = pixels(ROW_HEIGHT_IN_REM)
  const rows = useRows(scroller, items.length, height, height)
  const opened = selected === undefined ? undefined : items[selected]

  function move(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'Escape') return close()
    const step = rowsOfKey(event.key, PAGE)
    if (step === undefined) return
    event.preventDefault()
    const next = Math.min(items.length - 1, Math.max(0, (selected ?? -1) + step))
    setSelected(next)
    rows.scrollTo(next)
  }

  function close(): void {
    setSelected(undefined)
    scroller.current?.focus({ preventScroll: true })
  }

  if (items.length === 0) {
    return <p class="hint">No row. The condition matches nothing, or the collection is empty.</p>
  }
  return (
    <>
      <div
        class="scroll query-results"
        ref={scroller}
        tabIndex={0}
        role="group"
        aria-label="Result; select a row with the arrow keys"
        onKeyDown={move}
      >
        <table
          class="grid result"
          aria-label="Result"
          aria-rowcount={continuation === undefined ? items.length + 1 : -1}
        >
          <colgroup>
            <col style={{ width: `${NUMBERS_IN_REM}rem` }} />
            {columns.map(({ name, width }) => (
              <col key={name} style={{ width: `calc(${width}ch + ${PADDING_IN_REM}rem)` }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              <th class="number" scope="col">
                Row
              </th>
              {columns.map(({ name, isNumber }) => (
                <th key={name} class={isNumber ? 'number' : ''} scope="col" title={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap height={rows.before} />
            {rows.items.map(({ index }) => {
              const row = items[index]
              return (
                row !== undefined && (
                  <QueryRow
                    key={index}
                    index={index}
                    row={row}
                    columns={columns}
                    isSelected={index === selected}
                    onSelect={() => setSelected(index === selected ? undefined : index)}
                  />
                )
              )
            })}
            <Gap height={rows.after} />
          </tbody>
        </table>
        {continuation !== undefined && (
          <p class="more">
            <button type="button" disabled={desk.session.request.type === 'running'} onClick={desk.readMore}>
              More
            </button>
          </p>
        )}
      </div>
      {selected !== undefined && opened !== undefined && <RowDetail row={opened} index={selected} onClose={close} />}
    </>
  )
}

/** Takes the space of rows that are not rendered. */
function Gap({ height }: { readonly height: number }): JSX.Element | null {
  if (height === 0) return null
  return <tr class="gap" aria-hidden="true" style={{ height: `${height}px` }} />
}
