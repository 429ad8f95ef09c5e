import type { JsonObject } from '../hub/json.ts'
import type { Registry, TwinDocument } from '../hub/registry.ts'
import { fleetAbortController } from './fleet-abort-controller.ts'
import { ServiceError } from '../hub/service-error.ts'
import { isFinal, stateOf, type DeviceState } from './device-state.ts'
import { findFleet } from './fleet.ts'
import type { Pace } from './pace.ts'
import { throttledQueue, type ThrottledQueue } from './throttled-queue.ts'

export interface RolloutOptions {
  readonly version: string
  /** The condition of a query over the fleet; without it, every device. */
  readonly where?: string | undefined
  /** What tells this rollout from one of the same version before it; devices that have the version desired already keep theirs. */
  readonly rollout: string
  /** Also asks the devices anew that failed before. */
  readonly retryFailed?: boolean | undefined
  readonly pace: Pace
  /** Aborting stops it in good order: nothing more is sent, and what is known is the result. */
  readonly signal: AbortSignal
  readonly onEvent?: ((event: RolloutEvent) => void) | undefined
  /** Between two looks at the fleet. @default 1000 */
  readonly lookIntervalInMs?: number | undefined
}

export type Fleet = ReadonlyMap<string, DeviceState>

export type RolloutEvent =
  | { readonly type: 'changed'; readonly deviceId: string; readonly state: DeviceState; readonly fleet: Fleet }
  | { readonly type: 'paused'; readonly inMs: number; readonly error: ServiceError }

/**
 * Sets the desired firmware of a fleet, and follows what the devices report until each is done or failed.
 *
 * Nothing of it is kept but in the twins. Killed and started again, it finds there what is set and how far each device is.
 *
 * @returns each device's last known state; where some are not final, the signal has aborted
 * @throws ServiceError where the hub refuses the query or a request for good
 */
export async function rollOut(registry: Registry, options: RolloutOptions): Promise<Fleet> {
  const { version, rollout, retryFailed = false, pace, signal, lookIntervalInMs = 1000 } = options
  const onEvent = options.onEvent ?? (() => undefined)
  const fleet = new Map<string, DeviceState>()
  const stop = fleetAbortController()
  const abort = (): void => stop.abort()
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })

  function note(deviceId: string, state: DeviceState): void {
    if (JSON.stringify(fleet.get(deviceId)) === JSON.stringify(state)) return
    fleet.set(deviceId, state)
    onEvent({ type: 'changed', deviceId, state, fleet })
  }

  async function change(deviceId: string, queue: ThrottledQueue, request: () => Promise<TwinDocument>): Promise<void> {
    try {
      note(deviceId, stateOf(await queue.run(request), version))
    } catch (error) {
      if (stop.signal.aborted) return
      // A device that was deleted meanwhile ends its own part alone.
      if (!(error instanceof ServiceError) || error.code !== 'ERR_NOT_FOUND') throw error
      note(deviceId, { type: 'failed', error: 'the hub has it no more' })
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

  async function follow(isSetting: () => boolean): Promise<void> {
    while (!stop.signal.aborted) {
      const open = [...fleet].flatMap(([id, state]) => (isFinal(state) || state.type === 'unset' ? [] : [id]))
      if (open.length === 0 && !isSetting()) return
      await Promise.all(open.map((id) => change(id, reads, () => registry.getTwin(id))))
      await sleep(lookIntervalInMs, stop.signal)
    }
  }

  try {
    const found = await reads.run(() => findFleet(registry, options.where))
    for (const twin of found) note(twin.deviceId, stateOf(twin, version))
    const toSet = [...fleet].flatMap(([id, { type }]) =>
      type === 'unset' || (retryFailed && type === 'failed') ? [id] : [],
    )
    for (const id of toSet) note(id, { type: 'unset' })
    let isSetting = true
    const setting = set(toSet).finally(() => (isSetting = false))
    await Promise.all([setting, follow(() => isSetting)])
    return fleet
  } finally {
    // Where one half failed, the other has nothing to wait for.
    abort()
    signal.removeEventListener('abort', abort)
  }
}

/** Ends early, and without an error, when the signal aborts. */
function sleep(inMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, inMs)
    signal.addEventListener('abort', wake, { once: true })
    if (signal.aborted) wake()
  })
}
