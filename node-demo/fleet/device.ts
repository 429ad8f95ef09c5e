import { openTwin, type TwinStatus } from 'hubtwin/light'
import { createReporting, type DeviceSettings, type Meters } from './reporting.ts'

/** A device of the fleet: a twin with its own connection, and a model. */
export interface FleetDevice {
  /** Does what is due by now. The thread calls it several times per second. */
  tick(now: number): void
  close(): Promise<void>
}

export function openFleetDevice(connectionString: string, settings: DeviceSettings, meters: Meters): FleetDevice {
  const { counters, failed } = meters
  const twin = openTwin(connectionString)
  const reporting = createReporting(twin, settings, meters)
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

  return { tick: (now) => reporting.tick(now), close: () => twin.close() }
}
