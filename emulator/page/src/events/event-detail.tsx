import type { JSX } from 'preact'
import { CopyAs } from '../common/copy-as.tsx'
import { CopyButton } from '../common/copy-button.tsx'
import { exactDate, exactTime } from 'hubtwin-page-kit/time'
import { useLiveFeed } from '../common/use-feed.ts'
import type { EventLine } from '../hub/model.ts'
import { routeTo } from '../route.ts'
import { subjectOf } from './sample-subject.ts'

interface DetailProps {
  readonly line: EventLine
  readonly onClose: () => void
}

/** The complete event, as the hub sent it. */
export function EventDetail({ line, onClose }: DetailProps): JSX.Element {
  const { event, at } = line
  const text = JSON.stringify(event, null, 2)
  const { lines } = useLiveFeed().model
  const subject = subjectOf(
    event,
    lines.map((each) => each.event),
  )
  return (
    <div class="event-detail" role="group" aria-label="Selected event">
      <div class="row">
        <strong>{event.type}</strong>
        {event.type !== 'missed' && event.deviceId !== undefined && (
          <a href={routeTo({ deviceId: event.deviceId })}>{event.deviceId}</a>
        )}
        <time class="muted" title={exactDate(at)}>
          {exactTime(at)}
        </time>
        <CopyButton text={() => Promise.resolve(text)} label="Copy the event" />
        <button type="button" class="quiet" aria-label="Close the event" onClick={onClose}>
          ×
        </button>
      </div>
      {subject !== undefined && <CopyAs type={subject.type} subject={() => subject} />}
      <pre tabIndex={0} aria-label="Event">
        {text}
      </pre>
    </div>
  )
}
