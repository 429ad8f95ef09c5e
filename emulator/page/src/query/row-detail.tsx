import type { JSX } from 'preact'
import type { JsonObject } from '../../../src/formats/json.ts'
import { CopyButton } from '../common/copy-button.tsx'
import type { Target } from '../hub/hub-api.ts'
import { routeTo } from '../route.ts'

interface DetailProps {
  readonly row: JsonObject
  readonly index: number
  readonly onClose: () => void
}

/** A row with all its values, as the hub sent it. */
export function RowDetail({ row, index, onClose }: DetailProps): JSX.Element {
  const text = JSON.stringify(row, null, 2)
  const target = targetOf(row)
  return (
    <div
      class="event-detail"
      role="group"
      aria-label="Selected row"
      onKeyDown={({ key }) => {
        if (key === 'Escape') onClose()
      }}
    >
      <div class="row">
        <strong>Row {index + 1}</strong>
        {target !== undefined && <a href={routeTo(target)}>Open {target.moduleId ?? target.deviceId}</a>}
        <span class="space" />
        <CopyButton text={() => Promise.resolve(text)} label="Copy the row" />
        <button type="button" class="quiet" aria-label="Close the row" onClick={onClose}>
          ×
        </button>
      </div>
      <pre tabIndex={0} aria-label="Row">
        {text}
      </pre>
    </div>
  )
}

/** The device or module of a row, if the query selected its ID. */
function targetOf({ deviceId, moduleId }: JsonObject): Target | undefined {
  if (typeof deviceId !== 'string') return undefined
  return typeof moduleId === 'string' ? { deviceId, moduleId } : { deviceId }
}
