import { isHopeless } from './advice.ts'
import type { Counts } from './counters.ts'
import { newRamp, nextRamp, type Ramp } from './ramp.ts'
import type { FailureSample } from './thread-messages.ts'

/**
 * The start of the fleet. The first devices start alone. If none of them can ever connect, the run
 * ends with the reason, instead of ten thousand failures.
 */
export type Launch =
  | { readonly type: 'idle'; readonly devices: number; readonly connectRate: number; readonly since: number }
  | { readonly type: 'probing'; readonly devices: number; readonly connectRate: number; readonly since: number }
  /** `ordered` counts the devices that threads have started or will start next. */
  | { readonly type: 'ramping'; readonly devices: number; readonly ordered: number; readonly ramp: Ramp }
  | { readonly type: 'launched' }

export interface LaunchInput {
  readonly now: number
  readonly counts: Counts
  /** The first failure of each kind in each thread. */
  readonly failures: readonly FailureSample[]
}

export type LaunchAction =
  | { readonly type: 'none' }
  | { readonly type: 'start'; readonly count: number }
  | { readonly type: 'give up'; readonly failure: FailureSample | undefined }

const PROBES = 3
const PROBE_DEADLINE_IN_MS = 60_000

const NONE: LaunchAction = { type: 'none' }

export function newLaunch(devices: number, connectRate: number, now: number): Launch {
  return { type: 'idle', devices, connectRate, since: now }
}

export function nextLaunch(launch: Launch, input: LaunchInput): readonly [Launch, LaunchAction] {
  switch (launch.type) {
    case 'idle':
      return [
        { ...launch, type: 'probing' },
        { type: 'start', count: probesOf(launch) },
      ]
    case 'probing':
      return probe(launch, input)
    case 'ramping':
      return rampUp(launch, input)
    case 'launched':
      return [launch, NONE]
  }
}

function probesOf({ devices }: { readonly devices: number }): number {
  return Math.min(PROBES, devices)
}

function probe(
  launch: Extract<Launch, { type: 'probing' }>,
  { now, counts, failures }: LaunchInput,
): readonly [Launch, LaunchAction] {
  const { devices, connectRate, since } = launch
  if (counts.synced > 0)
    return [{ type: 'ramping', devices, ordered: probesOf(launch), ramp: newRamp(connectRate, now) }, NONE]
  const hopeless = failures.find(isHopeless)
  // A refusal of one device does not predict the others.
  const areAllDown = counts.failures >= probesOf(launch) && counts.connecting === 0
  if (hopeless !== undefined && areAllDown) return [launch, { type: 'give up', failure: hopeless }]
  if (now - since >= PROBE_DEADLINE_IN_MS) return [launch, { type: 'give up', failure: failures.at(-1) }]
  return [launch, NONE]
}

function rampUp(
  { devices, ordered, ramp }: Extract<Launch, { type: 'ramping' }>,
  { now, counts }: LaunchInput,
): readonly [Launch, LaunchAction] {
  const left = devices - ordered
  if (left === 0) return [{ type: 'launched' }, NONE]
  const { attempts, retries, failures, connecting, started } = counts
  // On a busy machine, the threads start devices with a delay.
  const opening = connecting + ordered - started
  const [next, starts] = nextRamp(ramp, { now, attempts, retries, failures, opening })
  const count = Math.min(starts, left)
  const after: Launch = { type: 'ramping', devices, ordered: ordered + count, ramp: next }
  return [after, count === 0 ? NONE : { type: 'start', count }]
}
