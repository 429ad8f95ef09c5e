import type { SampleSubject } from 'hubtwin-page-kit/code-samples'
import type { JSX } from 'preact'
import { CopyAs } from '../common/copy-as.tsx'
import { CopyButton } from '../common/copy-button.tsx'
import { exactDate, exactTime } from 'hubtwin-page-kit/time'
import type { EventLine } from '../hub/model.ts'
import type { StreamEvent } from '../hub/stream-event.ts'
import { routeTo } from '../route.ts'

interface DetailProps {
  readonly line: EventLine
  readonly onClose: () => void
}

/** The complete event, as the hub sent it. */
export function EventDetail({ line, onClose }: DetailProps): JSX.Element {
  const { event, at } = line
  const text = JSON.stringify(event, null, 2)
  const subject = subjectOf(event)
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
      {subject !== undefined && <CopyAs subject={subject} />}
      <pre tabIndex={0} aria-label="Event">
        {text}
      </pre>
    </div>
  )
}

/** @returns `undefined` for an event that no sample repeats */
function subjectOf(event: StreamEvent): SampleSubject | undefined {
  if (event.type !== 'twin-changed') return undefined
  const type = event.by === 'device' ? 'reported' : 'desired'
  const patch = event.change[type]
  if (typeof patch !== 'object' || patch === null) return undefined
  const { deviceId, moduleId } = event
  return { type: type === 'reported' ? 'report' : 'desired', target: { deviceId, moduleId }, patch }
}
