import { type JsonObject, openTwin, type Twin, type TwinStatus, type TwinVersions } from 'hubtwin/light'
import type { Device, DeviceEvent, DeviceOptions } from 'hubtwin-device-models'
import { createSimulation, type Simulation, type SimulationSettings } from '../shared/device-model/simulation.ts'
import { credentialsFor, type FleetHub } from './fleet-hub.ts'

/** A device of the fleet: a twin with its own connection, and a simulation. */
export interface Member {
  readonly deviceId: string
  readonly status: TwinStatus
  readonly versions: TwinVersions
  readonly desired: JsonObject
  readonly reported: JsonObject
  /** `undefined` before the first sync. */
  readonly device: Device | undefined
  dispatch(event: DeviceEvent): void
  close(): Promise<void>
}

export type MemberEvent = { readonly type: 'changed' } | { readonly type: 'reported'; readonly patch: JsonObject }

/**
 * @param options the initial state of a device that the hub remembers nothing about
 * @param emit called when the device may look different, and for each report that the hub accepts
 */
export function openMember(
  hub: FleetHub,
  deviceId: string,
  settings: SimulationSettings,
  options: DeviceOptions,
  emit: (event: MemberEvent) => void,
): Member {
  // Shorter than the default of a minute, because a person is waiting.
  const twin: Twin = openTwin(credentialsFor(hub, deviceId), { endpoint: hub.endpoint, maxRetryDelayInMs: 10_000 })
  let simulation: Simulation | undefined

  const host = {
    reported: () => twin.reported,
    isReady: () => twin.status.type === 'ready',
    async report(patch: JsonObject): Promise<void> {
      await twin.report(patch)
      emit({ type: 'reported', patch })
    },
  }

  function dispatch(event: DeviceEvent): void {
    simulation?.dispatch(event, Date.now())
    emit({ type: 'changed' })
  }

  twin.onStatus(() => emit({ type: 'changed' }))
  twin.onDesired(({ desired, version, patch }) => {
    const isFirst = simulation === undefined
    simulation ??= createSimulation(host, settings, Date.now(), options)
    dispatch({ type: 'desired', desired, version, patch, isFirst })
  })

  return {
    deviceId,
    get status() {
      return twin.status
    },
    get versions() {
      return twin.versions
    },
    get desired() {
      return twin.desired
    },
    get reported() {
      return twin.reported
    },
    get device() {
      return simulation?.device
    },
    dispatch,
    close: () => twin.close(),
  }
}
