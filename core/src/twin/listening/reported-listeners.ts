import type { JsonObject } from '../../protocol/json.ts'
import type { ReportedChange } from '../changes.ts'
import { checkListener, createListeners } from './listeners.ts'

/** The listeners of the reported properties. */
export interface ReportedListeners {
  listen(listener: (change: ReportedChange) => void): () => void
  emit(applied: AppliedReport): void
  end(): void
}

/** A patch that the hub accepted, and the reported properties after it. */
export type AppliedReport = Omit<ReportedChange, 'previous'>

export function createReportedListeners(): ReportedListeners {
  const reports = createListeners<AppliedReport>()
  let current: AppliedReport | undefined

  return {
    listen(listener) {
      checkListener(listener)
      let previous: JsonObject | undefined
      return reports.addWithCurrent(
        (applied) => {
          const patch = previous === undefined ? applied.reported : applied.patch
          const change = Object.freeze({ ...applied, patch, previous })
          previous = applied.reported
          listener(change)
        },
        () => current,
      )
    },
    emit(applied) {
      current = applied
      reports.emit(applied)
    },
    end() {
      current = undefined
      reports.clear()
    },
  }
}
