import type { JsonObject } from 'hubtwin'
import { isDue, NEW_PACE, paceAfter } from './pace.ts'

/** Sends a device's reports, one at a time. */
export interface Reports {
  /**
   * Sends the patch if it is due. Otherwise a later call sends it, or a newer patch.
   *
   * @param everyInMs the pace of continuous changes: the temperature, and the progress of a
   *   download
   */
  sendIfDue(patch: JsonObject, everyInMs: number, now: number): void
}

/**
 * @param report settles when the hub has responded; after a failure, the next patch holds the
 * change again
 */
export function createReports(report: (patch: JsonObject) => Promise<unknown>): Reports {
  let pace = NEW_PACE
  let isSending = false
  const settle = (): void => void (isSending = false)

  return {
    sendIfDue(patch, everyInMs, now) {
      if (isSending || !isDue(pace, patch, everyInMs, now)) return
      pace = paceAfter(patch, now)
      isSending = true
      report(patch).then(settle, settle)
    },
  }
}
