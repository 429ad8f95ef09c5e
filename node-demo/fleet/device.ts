import { openDevice, type TwinStatus } from 'hubtwin/light'
import { telemetry } from 'hubtwin/telemetry'
import { modelIdOf } from './fleet-model.ts'
import type { Meters } from './meters.ts'
import { createReporting, type DeviceSettings } from './reporting.ts'
import { createSending } from './sending.ts'

/** Bounds the memory of a device that cannot connect. */
const MAX_MESSAGES = 100

/** A device of the fleet: a twin and telemetry over its own connection, and a model. */
export interface FleetDevice {
  /** Performs all actions that are due. The thread calls it several times per second. */
  tick(now: number): void
  close(): Promise<void>
}

export function openFleetDevice(connectionString: string, settings: DeviceSettings, meters: Meters): FleetDevice {
  const { counters, failed } = meters
  const device = openDevice(connectionString, {
    modelId: modelIdOf(settings.model),
    use: { telemetry: telemetry({ maxMessages: MAX_MESSAGES }) },
  })
  const { twin } = device
  const reporting = createReporting(twin, settings, meters)
  const sending = createSending(device.telemetry, settings.telemetrySchedule, meters)
  let status: TwinStatus['type'] | undefined

  twin.onStatus((next) => {
    count(next)
    status = next.type
  })
  twin.onDesired((change) => reporting.change(change))

  function count(next: TwinStatus): void {
    if (status !== undefined && status !== 'closed') counters.add(status, -1)
    if (next.type === 'closed') return
    counters.add(next.type)
    if (next.type === 'connecting') {
      counters.add('attempts')
      if (status !== undefined) counters.add('retries')
    }
    if (next.type === 'waiting' && status !== 'waiting') {
      counters.add('failures')
      counters.add(next.error.code)
      failed(next.error)
    }
  }

  return {
    tick(now) {
      reporting.tick(now)
      if (reporting.model !== undefined) sending.tick(now, reporting.model)
    },
    close: () => device.close(),
  }
}
