import type { JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { pixels } from '../common/pixels.ts'
import { useLiveFeed } from '../common/use-feed.ts'
import { useRows } from '../common/use-rows.ts'
import { useTick } from '../common/use-tick.ts'
import { AddDevice } from './add-device.tsx'
import { ColumnHeads } from './column-heads.tsx'
import { DeviceLine } from './device-line.tsx'
import type { Order, StateFilter } from './device-view.ts'
import { NoDevices, NoneConnected } from './empty-table.tsx'
import { useDeviceView } from './use-device-view.ts'
import { rowsOfKey } from '../common/list-keys.ts'

const ROW_HEIGHT_IN_REM = 2
const PAGE = 20

interface TableProps {
  /** The ID of the open device. */
  readonly opened: string | undefined
}

/** All devices of the hub. Only the visible rows exist, so 10,000 devices are as fast as ten. */
export function DeviceTable({ opened }: TableProps): JSX.Element {
  const { model } = useLiveFeed()
  useTick(1000)
  const [text, setText] = useState('')
  const [state, setState] = useState<StateFilter>('all')
  const [order, setOrder] = useState<Order>({ column: 'deviceId', descending: false })
  const ids = useDeviceView(useMemo(() => ({ text, state, order }), [text, state, order]))
  const scroller = useRef<HTMLDivElement>(null)
  const rowHeight = pixels(ROW_HEIGHT_IN_REM)
  const rows = useRows(scroller, ids.length, rowHeight, rowHeight)
  // One row is the tab stop; the arrow keys move it.
  const [chosen, setChosen] = useState<string>()
  const at = Math.max(0, ids.indexOf(chosen ?? opened ?? ''))

  // Scrolls to a device that was opened by its URL.
  const openedAt = opened === undefined ? -1 : ids.indexOf(opened)
  const isListed = openedAt !== -1
  useEffect(() => {
    if (isListed && opened !== chosen) rows.scrollTo(openedAt)
  }, [opened, isListed])

  function move(event: KeyboardEvent): void {
    const step = rowsOfKey(event.key, PAGE)
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const next = Math.min(ids.length - 1, Math.max(0, at + step))
    const id = ids[next]
    if (id === undefined) return
    setChosen(id)
    rows.scrollTo(next)
    requestAnimationFrame(() => requestAnimationFrame(() => focusOn(scroller.current, next)))
  }

  const now = Date.now() + model.clockOffset
  return (
    <section class="pane devices" aria-labelledby="devices-title">
      <TableHead text={text} onText={setText} state={state} onState={setState} />
      {model.hub !== undefined && model.connectedCount === 0 && model.devices.size > 0 && <NoneConnected />}
      <div class="scroll" ref={scroller} onKeyDown={move}>
        <table class="grid" aria-labelledby="devices-title" aria-rowcount={ids.length + 1}>
          <ColumnHeads order={order} onOrder={setOrder} />
          <tbody>
            <Gap height={rows.before} />
            {rows.items.map(({ index }) => {
              const row = model.devices.get(ids[index] ?? '')
              if (row === undefined) return null
              return (
                <DeviceLine
                  key={row.deviceId}
                  row={row}
                  index={index}
                  now={now}
                  isOpened={row.deviceId === opened}
                  isTabStop={index === at}
                  onChoose={setChosen}
                />
              )
            })}
            <Gap height={rows.after} />
          </tbody>
        </table>
        {model.hub !== undefined && ids.length === 0 && <NoDevices isFiltered={model.devices.size > 0} />}
      </div>
    </section>
  )
}

function focusOn(scroller: HTMLElement | null, index: number): void {
  scroller?.querySelector<HTMLElement>(`[aria-rowindex="${index + 2}"] a`)?.focus({ preventScroll: true })
}

interface TableHeadProps {
  readonly text: string
  readonly onText: (text: string) => void
  readonly state: StateFilter
  readonly onState: (state: StateFilter) => void
}

/** The title, the filters, and the button that adds a device. */
function TableHead({ text, onText, state, onState }: TableHeadProps): JSX.Element {
  return (
    <div class="pane-head">
      <h2 id="devices-title">Devices</h2>
      <input
        type="search"
        aria-label="Part of the ID"
        placeholder="Filter"
        value={text}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
      <select
        aria-label="State"
        value={state}
        onChange={({ currentTarget }) => onState(currentTarget.value as StateFilter)}
      >
        <option value="all">all</option>
        <option value="connected">connected</option>
        <option value="disconnected">not connected</option>
        <option value="disabled">disabled</option>
      </select>
      <AddDevice />
    </div>
  )
}

/** Takes the space of rows that are not rendered. */
function Gap({ height }: { readonly height: number }): JSX.Element | null {
  if (height === 0) return null
  return <tr class="gap" aria-hidden="true" style={{ height: `${height}px` }} />
}
