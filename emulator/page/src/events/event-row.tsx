import type { JSX } from 'preact'
import { exactTime } from '../common/time.tsx'
import type { EventLine } from '../hub/model.ts'
import { summaryOf } from './summary.ts'

interface RowProps {
  readonly line: EventLine
  readonly top: number
  readonly isChosen: boolean
  readonly onChoose: () => void
}

/** Longer ones are cut on screen anyway, and a row is drawn in a frame. */
const maxText = 200

export function EventRow({ line, top, isChosen, onChoose }: RowProps): JSX.Element {
  const { told, at } = line
  const { way, name, text, tone } = summaryOf(told)
  const who =
    told.type === 'missed' ? '' : [told.deviceId, ...(told.moduleId === undefined ? [] : [told.moduleId])].join('/')
  return (
    <li
      class={`line ${tone ?? ''}`}
      style={{ transform: `translateY(${top}px)` }}
      aria-current={isChosen ? 'true' : undefined}
      onClick={onChoose}
    >
      <span class="time">
        {exactTime(at).slice(0, 8)}
        <span class="fraction">{exactTime(at).slice(8)}</span>
      </span>
      <span class="way" aria-hidden="true">
        {way}
      </span>
      <span class="name">{name}</span>
      <span class="who">{who}</span>
      <span class="text">{text.slice(0, maxText)}</span>
    </li>
  )
}
