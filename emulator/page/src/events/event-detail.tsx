import type { JSX } from 'preact'
import { CopyButton } from '../common/copy-button.tsx'
import { exactDate, exactTime } from '../common/time.tsx'
import type { EventLine } from '../hub/model.ts'
import { routeTo } from '../route.ts'

interface DetailProps {
  readonly line: EventLine
  readonly onClose: () => void
}

/** An event whole, as the hub told it. */
export function EventDetail({ line, onClose }: DetailProps): JSX.Element {
  const { told, at } = line
  const text = JSON.stringify(told, null, 2)
  return (
    <div class="event-detail" role="group" aria-label="The chosen event">
      <div class="row">
        <strong>{told.type}</strong>
        {told.type !== 'missed' && <a href={routeTo({ deviceId: told.deviceId })}>{told.deviceId}</a>}
        <time class="muted" title={exactDate(at)}>
          {exactTime(at)}
        </time>
        <CopyButton text={() => Promise.resolve(text)} label="Copy the event" />
        <button type="button" class="quiet" aria-label="Close the event" onClick={onClose}>
          ×
        </button>
      </div>
      <pre tabIndex={0}>{text}</pre>
    </div>
  )
}
