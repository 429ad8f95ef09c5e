import type { ConfigurationDocument } from '../hub/configurations.ts'
import { type Tally, tallyText } from './tally.ts'

/** The metrics of a rollout by the hub. */
export interface RolloutCounts {
  /** Devices that meet the condition. */
  readonly targeted: number
  /** Devices whose firmware this rollout has set, and no other rollout has replaced. */
  readonly applied: number
  readonly downloading: number
  readonly applying: number
  readonly done: number
  readonly failed: number
}

/** @returns undefined until the hub has counted all metrics, which takes minutes in Azure */
export function countsOf({ systemMetrics, metrics }: ConfigurationDocument): RolloutCounts | undefined {
  const { targetedCount: targeted, appliedCount: applied } = systemMetrics.results
  const { downloading, applying, done, failed } = metrics.results
  const counts = { targeted, applied, downloading, applying, done, failed }
  return isComplete(counts) ? counts : undefined
}

function isComplete(counts: Readonly<Record<keyof RolloutCounts, number | undefined>>): counts is RolloutCounts {
  return Object.values(counts).every((count) => count !== undefined)
}

/** Converts the counts to a tally of devices. A device of another rollout counts as not set. */
export function tallyOf({ targeted, applied, downloading, applying, done, failed }: RolloutCounts): Tally {
  // The hub runs the queries in sequence, so the sum can exceed the number of devices.
  const waiting = Math.max(0, applied - downloading - applying - done - failed)
  return { unset: Math.max(0, targeted - applied), waiting, downloading, applying, done, failed }
}

/** Describes the progress, such as `3 waiting, 17 done`. */
export function progressText(counts: RolloutCounts): string {
  const tally = tallyOf(counts)
  const parts = [tallyText({ ...tally, unset: 0 }), tally.unset > 0 ? `${tally.unset} with another rollout` : '']
  return parts.filter((part) => part !== '').join(', ') || 'no device yet'
}

/** Whether all devices of the rollout are in a final state. */
export function isOver({ applied, done, failed }: RolloutCounts): boolean {
  return done + failed >= applied
}
