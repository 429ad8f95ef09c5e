import type { JsonObject } from '../protocol/json.ts'
import { callListener, checkListener, createListeners } from './listeners.ts'

/** What a listener of the reported properties gets. */
export interface ReportedChange {
  /** All that the hub has. */
  readonly reported: JsonObject
  /** What it had when this listener last got a change; `undefined` at its first. */
  readonly previous: JsonObject | undefined
  /** The merge patch that leads from `previous` to `reported`; the first time, all of it. */
  readonly patch: JsonObject
  /** The reported `$version`. */
  readonly version: number
}

/** The reported properties at a version, and the merge patch that led there. */
export type ReportedStep = Omit<ReportedChange, 'previous'>

/** What the hub has of the device's reports, to those who listen. */
export interface ReportedBroadcast {
  listen(listener: (change: ReportedChange) => void): () => void
  tell(step: ReportedStep): void
  end(): void
}

export function createReportedBroadcast(): ReportedBroadcast {
  const steps = createListeners<ReportedStep>()
  let current: ReportedStep | undefined

  return {
    listen(listener) {
      checkListener(listener)
      let previous: JsonObject | undefined
      const receive = (step: ReportedStep): void => {
        const change = { ...step, patch: previous === undefined ? step.reported : step.patch, previous }
        previous = step.reported
        callListener(listener, Object.freeze(change))
      }
      const off = steps.add(receive)
      let on = true
      // Not within the call: who listens wants to hold the function that ends it first.
      queueMicrotask(() => {
        if (on && previous === undefined && current !== undefined) receive(current)
      })
      return () => {
        on = false
        off()
      }
    },
    tell(step) {
      current = step
      steps.call(step)
    },
    end() {
      current = undefined
      steps.clear()
    },
  }
}
