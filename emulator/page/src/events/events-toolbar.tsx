import type { JSX } from 'preact'
import { type Kind, KINDS } from './filter-lines.ts'

interface ToolbarProps {
  readonly kind: Kind
  readonly onKind: (kind: Kind) => void
  readonly text: string
  readonly onText: (text: string) => void
  /** The ID of the open device. */
  readonly opened: string | undefined
  readonly isOnlyOpened: boolean
  readonly onOnlyOpened: (isOn: boolean) => void
  readonly isPaused: boolean
  readonly onPause: () => void
  readonly onClear: () => void
  /** `undefined` without events. */
  readonly onExport: (() => void) | undefined
}

/** The filters of the event list, and its buttons. */
export function EventsToolbar(props: ToolbarProps): JSX.Element {
  return (
    <div class="pane-head">
      <h2 id="events-title">Events</h2>
      <input
        type="search"
        aria-label="Part of an event"
        placeholder="Filter"
        value={props.text}
        onInput={({ currentTarget }) => props.onText(currentTarget.value)}
      />
      <select
        aria-label="Kind"
        value={props.kind}
        onChange={({ currentTarget }) => props.onKind(currentTarget.value as Kind)}
      >
        {Object.keys(KINDS).map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
      {props.opened !== undefined && (
        <label class="check" title={props.opened}>
          <input
            type="checkbox"
            checked={props.isOnlyOpened}
            onChange={({ currentTarget }) => props.onOnlyOpened(currentTarget.checked)}
          />
          this device
        </label>
      )}
      <span class="buttons">
        <button type="button" class="quiet" aria-pressed={props.isPaused} onClick={props.onPause}>
          Pause
        </button>
        <button type="button" class="quiet" onClick={props.onClear}>
          Clear
        </button>
        <button type="button" class="quiet" disabled={props.onExport === undefined} onClick={props.onExport}>
          Export
        </button>
      </span>
    </div>
  )
}
