import type { JsonObject } from 'hubtwin/light'
import {
  createReports,
  type Device,
  type DeviceEvent,
  type DeviceOptions,
  newDevice,
  nextDevice,
  patchToReport,
} from 'hubtwin-device-models'

/** The part of a twin that a simulated device uses. */
export interface SimulationHost {
  /** The reported properties at the hub; `undefined` before the first sync. */
  reported(): JsonObject | undefined
  /** Whether a report would leave now. Otherwise the device reports later. */
  isReady(): boolean
  /** Settles when the hub has responded. The result appears in `reported()`. */
  report(patch: JsonObject): Promise<unknown>
}

/** How a simulated device reports. You can change these settings while it runs. */
export interface SimulationSettings {
  /** The interval for the temperature and the progress of a download. */
  everyInMs: number
}

/** A running device. */
export interface Simulation {
  readonly device: Device
  /** Applies an event, such as the tick of a clock, and sends the report if it is due. */
  dispatch(event: DeviceEvent, now: number): void
}

/** @param settings read again for every report */
export function createSimulation(
  host: SimulationHost,
  settings: SimulationSettings,
  start: number,
  options?: DeviceOptions,
): Simulation {
  const reports = createReports((patch) => host.report(patch))
  let device = newDevice(start, host.reported(), options)

  function reportDue(now: number): void {
    const reported = host.reported()
    if (reported === undefined || !host.isReady()) return
    reports.sendIfDue(patchToReport(device, reported, now), settings.everyInMs, now)
  }

  return {
    get device() {
      return device
    },
    dispatch(event, now) {
      device = nextDevice(device, event, now)
      reportDue(now)
    },
  }
}
