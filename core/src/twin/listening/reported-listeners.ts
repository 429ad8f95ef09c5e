import { checkFunction } from '../../protocol/check-options.ts'
import type { JsonObject } from '../../protocol/json.ts'
import type { ReportedChange } from '../changes.ts'
import { addListenerWithCurrent, emit, type Listeners, removeListeners } from './listeners.ts'

/** A patch that the hub accepted, and the reported properties after it. */
export type AppliedReport = Omit<ReportedChange, 'previous'>

/** The listeners of the reported properties. */
export interface ReportedListeners extends Listeners<AppliedReport> {
  /** The newest patch. */
  current: AppliedReport | undefined
}

export function createReportedListeners(): ReportedListeners {
  return { entries: undefined, current: undefined }
}

export function listenToReported(listeners: ReportedListeners, listener: (change: ReportedChange) => void): () => void {
  checkFunction('listener', listener)
  let previous: JsonObject | undefined
  return addListenerWithCurrent(
    listeners,
    (applied) => {
      const patch = previous === undefined ? applied.reported : applied.patch
      const change = Object.freeze({ ...applied, patch, previous })
      previous = applied.reported
      listener(change)
    },
    () => listeners.current,
  )
}

export function emitReported(listeners: ReportedListeners, applied: AppliedReport): void {
  listeners.current = applied
  emit(listeners, applied)
}

export function endReported(listeners: ReportedListeners): void {
  listeners.current = undefined
  removeListeners(listeners)
}
