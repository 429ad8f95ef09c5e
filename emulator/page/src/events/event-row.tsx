import type { JSX } from 'preact'
import { exactTime } from 'hubtwin-page-kit/time'
import type { EventLine } from '../hub/model.ts'
import { summaryOf } from './summary.ts'

interface RowProps {
  readonly line: EventLine
  readonly top: number
  readonly isSelected: boolean
  readonly onSelect: () => void
}

/** More characters than fit on a screen. */
const MAX_TEXT = 200

export function EventRow({ line, top, isSelected, onSelect }: RowProps): JSX.Element {
  const { event, at } = line
  const { direction, name, text, tone } = summaryOf(event)
  const identity =
    event.type === 'missed' ? '' : [event.deviceId, event.moduleId].filter((part) => part !== undefined).join('/')
  return (
    <li
      class={`line ${tone ?? ''}`}
      style={{ transform: `translateY(${top}px)` }}
      aria-current={isSelected ? 'true' : undefined}
      onClick={onSelect}
    >
      <span class="time">
        {exactTime(at).slice(0, 8)}
        <span class="fraction">{exactTime(at).slice(8)}</span>
      </span>
      <span class="direction" aria-hidden="true">
        {direction}
      </span>
      <span class="name">{name}</span>
      <span class="identity">{identity}</span>
      <span class="text">{text.slice(0, MAX_TEXT)}</span>
    </li>
  )
}
