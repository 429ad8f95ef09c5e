import { type JsonObject, openDevice, type TwinStatus, type TwinVersions } from 'hubtwin/light'
import { telemetry } from 'hubtwin/telemetry'
import {
  type Device,
  type DeviceEvent,
  type DeviceOptions,
  THERMOSTAT_MODEL_ID,
  temperatureAt,
} from 'hubtwin-device-models'
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

export type MemberEvent =
  | { readonly type: 'changed' }
  /** The hub has stored a message of the device. */
  | { readonly type: 'telemetry' }
  | { readonly type: 'reported'; readonly patch: JsonObject }

/** The number of messages that a device keeps without a connection. */
const MAX_WAITING = 100

/** How long stopping the fleet waits for the last messages. */
const CLOSE_TIMEOUT_IN_MS = 1000

/**
 * @param options the initial state of a device without reported properties at the hub
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
  const connection = openDevice(credentialsFor(hub, deviceId), {
    endpoint: hub.endpoint,
    maxRetryDelayInMs: 10_000,
    modelId: THERMOSTAT_MODEL_ID,
    use: { telemetry: telemetry({ maxMessages: MAX_WAITING, overflow: 'reject-oldest' }) },
  })
  const { twin } = connection
  let measuredAt = -Infinity
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
    const now = Date.now()
    simulation?.dispatch(event, now)
    if (simulation !== undefined && now - measuredAt >= settings.everyInMs) void measure(simulation.device, now)
    emit({ type: 'changed' })
  }

  /** Sends the temperature at the interval of the reports, even if it does not change. */
  async function measure({ thermostat }: Device, now: number): Promise<void> {
    measuredAt = now
    const temperature = Math.round(temperatureAt(thermostat, now) * 10) / 10
    try {
      await connection.telemetry.send({ temperature, target: thermostat.target.value })
      emit({ type: 'telemetry' })
    } catch (error) {
      // A queue without a connection keeps the newest.
      console.debug(deviceId, error)
    }
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
    close: () => connection.close({ timeoutInMs: CLOSE_TIMEOUT_IN_MS }),
  }
}
