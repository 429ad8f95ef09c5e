import { type Device, type DeviceEvent, extendHistory, HISTORY_IN_MS, type Sample } from 'hubtwin-device-models'
import { make } from '../dom.ts'
import type { ReportedPoint } from './chart-words.ts'
import { createFirmwareView } from './firmware-view.ts'
import { createThermostatView } from './thermostat-view.ts'

/** A simulated device on screen, with the history of its thermostat. */
export interface DeviceView {
  readonly element: HTMLElement
  /** Records the history up to now. Call this before an event changes the device. */
  record(device: Device, now: number): void
  /** Adds a temperature that the hub accepted. */
  addPoint(point: ReportedPoint): void
  render(device: Device, now: number): void
  close(): void
}

export function createDeviceView(dispatch: (event: DeviceEvent) => void): DeviceView {
  const thermostat = createThermostatView()
  const firmware = createFirmwareView(dispatch)
  let history: readonly Sample[] = []
  let points: readonly ReportedPoint[] = []

  return {
    element: make('div', 'model-device', thermostat.element, firmware.element),
    record(device, now) {
      history = extendHistory(history, device.thermostat, now)
      points = points.filter(({ at }) => at >= now - HISTORY_IN_MS && at <= now)
    },
    addPoint(point) {
      points = [...points, point]
    },
    render(device, now) {
      thermostat.render(device.thermostat, history, points, now)
      firmware.render(device.firmware, now)
    },
    close: () => thermostat.close(),
  }
}
