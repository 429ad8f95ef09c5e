import type { JSX, RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { pixels } from '../common/pixels.ts'
import { useLiveFeed } from '../common/use-feed.ts'
import { useRows } from '../common/use-rows.ts'
import type { EventLine } from '../hub/model.ts'
import { filterLines, type Kind } from './filter-lines.ts'
import { EventDetail } from './event-detail.tsx'
import { EventRow } from './event-row.tsx'
import { EventsToolbar } from './events-toolbar.tsx'
import { exportLines } from './export-lines.ts'

const ROW_HEIGHT_IN_REM = 1.75

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
  const rowHeight = pixels(ROW_HEIGHT_IN_REM)
  const rows = useRows(scroller, lines.length, rowHeight)
  const onScroll = useFollow(scroller, lines.length, rowHeight)

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
      <EventsToolbar
        kind={kind}
        onKind={setKind}
        text={text}
        onText={setText}
        opened={opened}
        isOnlyOpened={isOnlyOpened}
        onOnlyOpened={setIsOnlyOpened}
        isPaused={frozen !== undefined}
        onPause={() => setFrozen(frozen === undefined ? [...feed.model.lines] : undefined)}
        onClear={clear}
        onExport={lines.length === 0 ? undefined : () => exportLines(lines)}
      />
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

/**
 * Scrolls to the end with each new event, unless you have scrolled back.
 *
 * @returns the scroll listener
 */
function useFollow(scroller: RefObject<HTMLElement | null>, count: number, rowHeight: number): () => void {
  const isAtEnd = useRef(true)
  useLayoutEffect(() => {
    if (isAtEnd.current && count > 0) scroller.current?.scrollTo({ top: count * rowHeight })
  })
  return () => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = scroller.current ?? {}
    isAtEnd.current = scrollTop + clientHeight >= scrollHeight - rowHeight
  }
}

function NoEvents({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  if (isFiltered) return <p class="hint">No event matches.</p>
  return (
    <div class="hint">
      <p>This list shows connections, twin updates, telemetry, direct methods, and messages as they happen.</p>
      <p>In a terminal, use:</p>
      <pre tabIndex={0}>
        <code>npx hubtwin-emulator events</code>
      </pre>
    </div>
  )
}
