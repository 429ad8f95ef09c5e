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

/** What a simulated device needs of its twin. */
export interface SimulationHost {
  /** What the hub has of reported; `undefined` before the twin was read. */
  reported(): JsonObject | undefined
  /** Whether a report would go out now. Nothing is reported while not, and the rest catches up afterwards. */
  isReady(): boolean
  /** Settles, either way, when the hub has answered; what became of it shows in `reported()`. */
  report(patch: JsonObject): Promise<unknown>
}

/** How a simulated device reports; may be changed while it runs. */
export interface SimulationSettings {
  /** The pace of the temperature and of a download's progress. */
  everyInMs: number
  /** Plug and Play's `{ value, ac, av, ad }` instead of bare values. */
  acknowledges: boolean
}

/** A device that runs: what happens to it, and what it tells the hub. */
export interface Simulation {
  readonly device: Device
  /** Takes what happens, if only that time passes, and reports what is due: nothing else looks at the clock. */
  happen(event: DeviceEvent, now: number): void
}

/** @param settings looked at with every report */
export function createSimulation(
  host: SimulationHost,
  settings: SimulationSettings,
  start: number,
  options?: DeviceOptions,
): Simulation {
  const reports = createReports((patch) => host.report(patch))
  let device = newDevice(start, host.reported(), options)

  function look(now: number): void {
    const reported = host.reported()
    if (reported === undefined || !host.isReady()) return
    reports.sendIfDue(patchToReport(device, reported, now, settings.acknowledges), settings.everyInMs, now)
  }

  return {
    get device() {
      return device
    },
    happen(event, now) {
      device = nextDevice(device, event, now)
      look(now)
    },
  }
}
