import type { JsonObject } from 'hubtwin'
import { isDue, newPace, paceAfter } from './pace.ts'

/** Sends what the hub has not yet, one report at a time. */
export interface Reports {
  /**
   * Sends the patch where it is due; otherwise a later look will have it, or a newer one.
   *
   * @param everyInMs the pace of what changes all the time: the temperature, and a download's progress
   */
  look(patch: JsonObject, everyInMs: number, now: number): void
}

/** @param report settles, either way, when the hub has answered: that nothing came of it shows in the next patch */
export function createReports(report: (patch: JsonObject) => Promise<unknown>): Reports {
  let pace = newPace
  let isUnderWay = false
  const settle = (): void => void (isUnderWay = false)

  return {
    look(patch, everyInMs, now) {
      if (isUnderWay || !isDue(pace, patch, everyInMs, now)) return
      pace = paceAfter(patch, now)
      isUnderWay = true
      report(patch).then(settle, settle)
    },
  }
}
