import { type JsonObject, openTwin, type Twin, type TwinStatus, type TwinVersions } from 'hubtwin/light'
import type { Device, DeviceEvent, DeviceOptions } from 'hubtwin-device-models'
import { createSimulation, type Simulation, type SimulationSettings } from '../shared/device-model/simulation.ts'
import { credentialsFor, type FleetHub } from './fleet-hub.ts'

/** A device of the fleet: a connection of its own, and what runs on it. */
export interface Member {
  readonly deviceId: string
  readonly status: TwinStatus
  readonly versions: TwinVersions
  readonly desired: JsonObject
  readonly reported: JsonObject
  /** `undefined` before its twin was read. */
  readonly device: Device | undefined
  happen(event: DeviceEvent): void
  close(): Promise<void>
}

export type MemberEvent = { readonly type: 'changed' } | { readonly type: 'taken'; readonly patch: JsonObject }

/**
 * @param options what the device begins with where the hub remembers nothing
 * @param tell called whenever something about the device may look different, and with each report that the hub took
 */
export function openMember(
  hub: FleetHub,
  deviceId: string,
  settings: SimulationSettings,
  options: DeviceOptions,
  tell: (event: MemberEvent) => void,
): Member {
  // A minute between tries is for machines: here somebody is looking.
  const twin: Twin = openTwin(credentialsFor(hub, deviceId), { endpoint: hub.endpoint, maxRetryDelayInMs: 10_000 })
  let simulation: Simulation | undefined

  const host = {
    reported: () => twin.reported,
    isReady: () => twin.status.type === 'ready',
    async report(patch: JsonObject): Promise<void> {
      await twin.report(patch)
      tell({ type: 'taken', patch })
    },
  }

  function happen(event: DeviceEvent): void {
    simulation?.happen(event, Date.now())
    tell({ type: 'changed' })
  }

  twin.onStatus(() => tell({ type: 'changed' }))
  twin.onDesired(({ desired, version, patch }) => {
    const isFirst = simulation === undefined
    simulation ??= createSimulation(host, settings, Date.now(), options)
    happen({ type: 'desired', desired, version, patch, isFirst })
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
    happen,
    close: () => twin.close(),
  }
}
