import { exactTime } from 'hubtwin-page-kit/time'
import type { JSX } from 'preact'
import { useLiveFeed } from '../common/use-feed.ts'
import { bodyOf } from '../events/body-of.ts'
import { KINDS } from '../events/filter-lines.ts'
import { summaryOf } from '../events/summary.ts'
import type { Target } from '../hub/hub-api.ts'
import type { EventLine } from '../hub/model.ts'

const TYPES: readonly string[] = [...KINDS.telemetry, ...KINDS.methods, ...KINDS.messages]

/** More are in the list of all events. */
const MAX_LINES = 20

/**
 * The newest telemetry, methods, and messages of a device or module, with their content. The page
 * remembers what it has seen, as the list of all events does.
 */
export function DeviceActivity({ target }: { readonly target: Target }): JSX.Element {
  const lines = newestOf(useLiveFeed().model.lines, target)
  return (
    <section class="activity" aria-labelledby="activity-title">
      <h3 id="activity-title">Telemetry, methods, and messages</h3>
      {lines.length === 0 ? (
        <p class="muted">None yet. They appear here as they happen.</p>
      ) : (
        <ol>
          {lines.map((line) => (
            <Activity key={line.key} line={line} />
          ))}
        </ol>
      )}
    </section>
  )
}

function Activity({ line: { event, at } }: { readonly line: EventLine }): JSX.Element {
  const { direction, name, text, tone } = summaryOf(event)
  const body = bodyOf(event)
  return (
    <li>
      <details class="form">
        <summary class={`activity-line ${tone ?? ''}`}>
          <time class="muted">{exactTime(at).slice(0, 8)}</time>
          <span aria-hidden="true">{direction}</span>
          <span>{name}</span>
          <span class="activity-text">{text}</span>
        </summary>
        <pre class="answer" tabIndex={0} aria-label="Content">
          {body}
        </pre>
      </details>
    </li>
  )
}

/** The newest first. */
function newestOf(all: readonly EventLine[], { deviceId, moduleId }: Target): readonly EventLine[] {
  const found: EventLine[] = []
  for (let index = all.length - 1; index >= 0 && found.length < MAX_LINES; index -= 1) {
    const line = all[index]
    if (line === undefined || line.event.type === 'missed' || !TYPES.includes(line.event.type)) continue
    if (line.event.deviceId === deviceId && line.event.moduleId === moduleId) found.push(line)
  }
  return found
}
