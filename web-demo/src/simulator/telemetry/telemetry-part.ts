import type { Readings } from '../../shared/device-model/device-model.ts'
import { createPanel } from '../page/panel.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import type { TelemetryPanel } from './telemetry-panel.ts'

/** The telemetry of the device. The panel loads when a person opens it. */
export interface TelemetryPart {
  attach(device: SimulatedDevice): void
  refresh(): void
}

export function createTelemetryPart(readings: () => Readings | undefined): TelemetryPart {
  let device: SimulatedDevice | undefined
  let panel: TelemetryPanel | undefined
  const frame = createPanel('telemetry', async () => {
    const { createTelemetryPanel } = await import('./telemetry-panel.ts')
    panel = createTelemetryPanel({ readings, note: frame.note })
    if (device !== undefined) panel.attach(device)
    return panel.element
  })

  return {
    attach(next) {
      device = next
      frame.note('')
      panel?.attach(next)
    },
    refresh: () => panel?.refresh(),
  }
}
