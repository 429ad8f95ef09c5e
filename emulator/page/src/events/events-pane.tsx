import type { JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { pixels } from '../common/pixels.ts'
import { useLiveFeed } from '../common/use-feed.ts'
import { useRows } from '../common/use-rows.ts'
import type { EventLine } from '../hub/model.ts'
import { filterLines, type Kind, kinds } from './filter-lines.ts'
import { EventDetail } from './event-detail.tsx'
import { EventRow } from './event-row.tsx'
import { exportLines } from './export-lines.ts'

const rowHeightInRem = 1.75

interface EventsProps {
  /** The ID of the open device. */
  readonly opened: string | undefined
}

/**
 * The events of the hub, the newest last. The list scrolls with new events while it is at its end.
 */
export function EventsPane({ opened }: EventsProps): JSX.Element {
  const feed = useLiveFeed()
  const [kind, setKind] = useState<Kind>('all')
  const [text, setText] = useState('')
  const [isOnlyOpened, setIsOnlyOpened] = useState(false)
  const [frozen, setFrozen] = useState<readonly EventLine[]>()
  const [selected, setSelected] = useState<EventLine>()
  const deviceId = isOnlyOpened ? opened : undefined
  const lines = filterLines(frozen ?? feed.model.lines, { kind, text, deviceId })

  const scroller = useRef<HTMLDivElement>(null)
  const rowHeight = pixels(rowHeightInRem)
  const rows = useRows(scroller, lines.length, rowHeight)
  const follows = useRef(true)
  useLayoutEffect(() => {
    if (follows.current && lines.length > 0) scroller.current?.scrollTo({ top: lines.length * rowHeight })
  })
  const onScroll = (): void => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = scroller.current ?? {}
    follows.current = scrollTop + clientHeight >= scrollHeight - rowHeight
  }

  function clear(): void {
    feed.clearLines()
    setFrozen(frozen && [])
    setSelected(undefined)
  }

  function move(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0 || lines.length === 0) return
    event.preventDefault()
    const at = lines.findIndex(({ key }) => key === selected?.key)
    const next = at === -1 ? lines.length - 1 : Math.min(lines.length - 1, Math.max(0, at + step))
    setSelected(lines[next])
    rows.scrollTo(next)
  }

  return (
    <section class="pane events" aria-labelledby="events-title">
      <div class="pane-head">
        <h2 id="events-title">Events</h2>
        <input
          type="search"
          aria-label="Part of an event"
          placeholder="Filter"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <select aria-label="Kind" value={kind} onChange={({ currentTarget }) => setKind(currentTarget.value as Kind)}>
          {Object.keys(kinds).map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
        {opened !== undefined && (
          <label class="check" title={opened}>
            <input
              type="checkbox"
              checked={isOnlyOpened}
              onChange={({ currentTarget }) => setIsOnlyOpened(currentTarget.checked)}
            />
            this device
          </label>
        )}
        <span class="buttons">
          <button
            type="button"
            class="quiet"
            aria-pressed={frozen !== undefined}
            onClick={() => setFrozen(frozen === undefined ? [...feed.model.lines] : undefined)}
          >
            Pause
          </button>
          <button type="button" class="quiet" onClick={clear}>
            Clear
          </button>
          <button type="button" class="quiet" disabled={lines.length === 0} onClick={() => exportLines(lines)}>
            Export
          </button>
        </span>
      </div>
      <div
        class="scroll"
        ref={scroller}
        tabIndex={0}
        role="group"
        aria-label="Events, newest last; select with the arrow keys"
        onScroll={onScroll}
        onKeyDown={move}
      >
        {lines.length === 0 ? (
          <NoEvents isFiltered={feed.model.lines.length > 0} />
        ) : (
          <ol class="lines" style={{ height: `${lines.length * rowHeight}px` }}>
            {rows.items.map(({ index, start }) => {
              const line = lines[index]
              return (
                line !== undefined && (
                  <EventRow
                    key={line.key}
                    line={line}
                    top={start}
                    isSelected={line.key === selected?.key}
                    onSelect={() => setSelected(line.key === selected?.key ? undefined : line)}
                  />
                )
              )
            })}
          </ol>
        )}
      </div>
      {selected !== undefined && <EventDetail line={selected} onClose={() => setSelected(undefined)} />}
    </section>
  )
}

function NoEvents({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  if (isFiltered) return <p class="hint">No event matches.</p>
  return (
    <div class="hint">
      <p>This list shows connections, twin updates, telemetry, direct methods, and messages as they happen.</p>
      <p>In a terminal, use:</p>
      <pre>
        <code>npx hubtwin-emulator events</code>
      </pre>
    </div>
  )
}
