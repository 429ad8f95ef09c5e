import { isJsonObject } from '../hub/json.ts'
import type { Registry } from '../hub/registry.ts'
import { ServiceError } from '../hub/service-error.ts'
import { sleep } from '../hub/sleep.ts'
import { queryTwins } from '../hub/twins.ts'
import { explainCondition } from './condition-error.ts'
import { type FirmwareRollout, readRollout } from './firmware-configuration.ts'
import { countsOf, isOver, type RolloutCounts } from './rollout-counts.ts'

export interface FailedDevice {
  readonly deviceId: string
  readonly error: string
}

/** The state of a rollout in the hub. */
export interface RolloutState {
  readonly rollout: FirmwareRollout
  /** Undefined until the hub has counted. */
  readonly counts: RolloutCounts | undefined
  /** The first devices that failed. */
  readonly failures: readonly FailedDevice[]
}

export interface WatchOptions {
  readonly pollInMs: number
  readonly signal: AbortSignal
  /** Called with each change. */
  readonly onState: (state: RolloutState) => void
  /** Called before each wait for a hub that does not respond. */
  readonly onPause: (pause: { readonly inMs: number; readonly error: ServiceError }) => void
}

/** A hub of any tier accepts 20 requests about configurations per minute and unit. */
const THROTTLED_POLL_IN_MS = 5000

/** A table shows no more. */
const MAX_FAILURES = 50

/**
 * Follows a rollout by the hub until each of its devices is done or failed, or until the signal
 * aborts. Reads only the hub's metrics, so it costs the same for ten and for a million devices.
 *
 * @returns the last state, or undefined if another program has removed the rollout
 * @throws ServiceError
 */
export async function watchRollout(
  registry: Registry,
  id: string,
  { pollInMs, signal, onState, onPause }: WatchOptions,
): Promise<RolloutState | undefined> {
  let last: RolloutState | undefined
  let waitInMs = pollInMs
  for (let pauses = 0; ;) {
    try {
      const next = await poll()
      if (next !== 'open') return next
      pauses = 0
      await sleep(waitInMs, signal)
    } catch (error) {
      if (!(error instanceof ServiceError) || !isTemporary(error)) throw error
      if (error.code === 'ERR_THROTTLED') waitInMs = Math.max(waitInMs, THROTTLED_POLL_IN_MS)
      const inMs = Math.max(error.retryAfterInMs ?? 0, Math.min(2 ** pauses++, 30) * waitInMs)
      onPause({ inMs, error })
      await sleep(inMs, signal)
    }
    if (signal.aborted) return last
  }

  async function poll(): Promise<RolloutState | undefined | 'open'> {
    const rollout = await findRollout(registry, id)
    if (rollout === undefined) return undefined
    const counts = countsOf(rollout.configuration)
    const isNew = JSON.stringify(counts) !== JSON.stringify(last?.counts) || rollout.isPaused !== last?.rollout.isPaused
    if (isNew || last === undefined) {
      const hasSameFailures = counts === undefined || counts.failed === last?.counts?.failed
      const failures = hasSameFailures ? (last?.failures ?? []) : await failuresOf(registry, rollout)
      last = { rollout, counts, failures }
      onState(last)
    }
    const isDone = counts !== undefined && isOver(counts) && (await isComplete(registry, rollout, counts))
    return isDone ? last : 'open'
  }
}

function isTemporary({ code }: ServiceError): boolean {
  return code === 'ERR_UNREACHABLE' || code === 'ERR_TIMEOUT' || code === 'ERR_HUB' || code === 'ERR_THROTTLED'
}

/** @returns undefined if there is no such rollout */
export async function findRollout(registry: Registry, id: string): Promise<FirmwareRollout | undefined> {
  try {
    return readRollout(await registry.configurations.get(id))
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ERR_NOT_FOUND') return undefined
    throw error
  }
}

/** The devices that meet a condition, by a query. */
export async function countDevices(registry: Registry, where: string | undefined): Promise<number> {
  const start = `SELECT COUNT() AS n FROM devices${where === undefined ? '' : ' WHERE '}`
  try {
    for await (const row of queryTwins(registry, `${start}${where ?? ''}`)) {
      if (isJsonObject(row) && typeof row['n'] === 'number') return row['n']
    }
    return 0
  } catch (error) {
    throw explainCondition(error, where, start)
  }
}

/** The devices that failed, with the errors that they report. */
export async function failuresOf(
  registry: Registry,
  { configuration }: FirmwareRollout,
): Promise<readonly FailedDevice[]> {
  const query = configuration.metrics.queries['failed']
  if (query === undefined) return []
  const sql = query.replace(/^SELECT deviceId /, 'SELECT deviceId, properties.reported.firmware.error AS error ')
  const failures: FailedDevice[] = []
  for await (const row of queryTwins(registry, sql)) {
    if (!isJsonObject(row) || typeof row['deviceId'] !== 'string') continue
    const error = typeof row['error'] === 'string' ? row['error'] : 'no reason given'
    failures.push({ deviceId: row['deviceId'], error })
    if (failures.length === MAX_FAILURES) break
  }
  return failures
}

/** Whether the hub has reached every device. At first, its counts may cover a part of the fleet. */
async function isComplete(registry: Registry, rollout: FirmwareRollout, { targeted }: RolloutCounts): Promise<boolean> {
  return rollout.isPaused || targeted >= (await countDevices(registry, rollout.where))
}
