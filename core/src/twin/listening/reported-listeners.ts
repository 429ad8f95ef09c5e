import type { JsonObject } from '../../protocol/json.ts'
import type { ReportedChange } from '../changes.ts'
import { listen, type Listeners } from './listeners.ts'

/** A patch that the hub accepted, and the reported properties after it. */
export type AppliedReport = Omit<ReportedChange, 'previous'>

export function listenToReported(
  listeners: Listeners<AppliedReport>,
  listener: (change: ReportedChange) => void,
): () => void {
  let previous: JsonObject | undefined
  return listen(listeners, listener, (applied) => {
    const patch = previous === undefined ? applied.reported : applied.patch
    const change = Object.freeze({ ...applied, patch, previous })
    previous = applied.reported
    return change
  })
}
