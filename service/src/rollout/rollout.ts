import type { JsonObject } from '../hub/json.ts'
import type { Registry, TwinDocument } from '../hub/registry.ts'
import { ServiceError } from '../hub/service-error.ts'
import { sleep } from '../hub/sleep.ts'
import { type DeviceState, isFinal, stateOf } from './device-state.ts'
import { fleetAbortController } from './fleet-abort-controller.ts'
import { findFleet } from './fleet.ts'
import type { Pace } from './pace.ts'
import { silentDevices } from './silent-devices.ts'
import { throttledQueue, type ThrottledQueue } from './throttled-queue.ts'

export interface RolloutOptions {
  readonly version: string
  /** A query condition; without it, every device. */
  readonly where?: string | undefined
  /**
   * The ID that distinguishes this rollout from an earlier rollout of the same version. Devices
   * whose desired version is already set keep their ID.
   */
  readonly rollout: string
  /** Also retries the devices that already failed at this version. */
  readonly retryFailed?: boolean | undefined
  readonly pace: Pace
  /** Stops the rollout. It then sends nothing more, and returns the states known so far. */
  readonly signal: AbortSignal
  readonly onEvent?: ((event: RolloutEvent) => void) | undefined
  /** Time between two refreshes of the fleet. @default 1000 */
  readonly refreshIntervalInMs?: number | undefined
  /** Time after which a connected device that has not reacted causes an event. @default 30_000 */
  readonly silenceInMs?: number | undefined
}

export type Fleet = ReadonlyMap<string, DeviceState>

export type RolloutEvent =
  | { readonly type: 'changed'; readonly deviceId: string; readonly state: DeviceState; readonly fleet: Fleet }
  | { readonly type: 'paused'; readonly inMs: number; readonly error: ServiceError }
  /** Devices that are connected, and have not reacted for this time. */
  | { readonly type: 'silent'; readonly deviceIds: readonly string[]; readonly inMs: number }

/**
 * Sets the desired firmware of a fleet, and follows the reports until each device is done or
 * failed.
 *
 * All state is in the twins: after a restart, the rollout reads there which devices are set, and
 * their progress.
 *
 * @returns each device's last known state; all are final unless the signal aborted
 * @throws ServiceError if the hub is unreachable at the start, or finally rejects the query or a
 *   request
 */
export async function rollOut(registry: Registry, options: RolloutOptions): Promise<Fleet> {
  const {
    version,
    rollout,
    retryFailed = false,
    pace,
    signal,
    refreshIntervalInMs = 1000,
    silenceInMs = 30_000,
  } = options
  const onEvent = options.onEvent ?? (() => undefined)
  const fleet = new Map<string, DeviceState>()
  const stop = fleetAbortController()
  const abort = (): void => stop.abort()
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })

  function record(deviceId: string, state: DeviceState): void {
    if (JSON.stringify(fleet.get(deviceId)) === JSON.stringify(state)) return
    fleet.set(deviceId, state)
    onEvent({ type: 'changed', deviceId, state, fleet })
  }

  async function change(deviceId: string, queue: ThrottledQueue, request: () => Promise<TwinDocument>): Promise<void> {
    try {
      record(deviceId, stateOf(await queue.run(request), version))
    } catch (error) {
      if (stop.signal.aborted) return
      // A device that was deleted in the meantime ends only its own part.
      if (!(error instanceof ServiceError) || error.code !== 'ERR_NOT_FOUND') throw error
      record(deviceId, { type: 'failed', error: 'the hub no longer has the device' })
    }
  }

  const queueOf = (perSecond: number): ThrottledQueue =>
    throttledQueue({ perSecond, signal: stop.signal, onPause: (pause) => onEvent({ type: 'paused', ...pause }) })
  const updates = queueOf(pace.updatesPerSecond)
  const reads = queueOf(pace.readsPerSecond)
  const patch = { properties: { desired: { firmware: { version, rollout } } as JsonObject } }

  async function set(deviceIds: readonly string[]): Promise<void> {
    await Promise.all(deviceIds.map((id) => change(id, updates, () => registry.updateTwin(id, patch, '*'))))
  }

  const silent = silentDevices(silenceInMs)
  function reportSilent(): void {
    const deviceIds = silent.find(fleet, performance.now())
    if (deviceIds.length > 0) onEvent({ type: 'silent', deviceIds, inMs: silenceInMs })
  }

  async function follow(isSetting: () => boolean): Promise<void> {
    while (!stop.signal.aborted) {
      const open = [...fleet].flatMap(([id, state]) => (isFinal(state) || state.type === 'unset' ? [] : [id]))
      if (open.length === 0 && !isSetting()) return
      await Promise.all(open.map((id) => change(id, reads, () => registry.getTwin(id))))
      reportSilent()
      await sleep(refreshIntervalInMs, stop.signal)
    }
  }

  try {
    const found = await reads.run(() => findFleet(registry, options.where), true)
    for (const twin of found) record(twin.deviceId, stateOf(twin, version))
    const toSet = [...fleet].flatMap(([id, { type }]) =>
      type === 'unset' || (retryFailed && type === 'failed') ? [id] : [],
    )
    for (const id of toSet) record(id, { type: 'unset' })
    let isSetting = true
    const setting = set(toSet).finally(() => (isSetting = false))
    await Promise.all([setting, follow(() => isSetting)])
    return fleet
  } finally {
    // If either half fails, the other must stop.
    abort()
    signal.removeEventListener('abort', abort)
  }
}
