import { type Device, type DeviceEvent, extendHistory, HISTORY_IN_MS, type Sample } from 'hubtwin-device-models'
import { make } from '../dom.ts'
import type { ReportedPoint } from './chart-words.ts'
import { createFirmwareView } from './firmware-view.ts'
import { createThermostatView } from './thermostat-view.ts'

/** A simulated device on screen, with the past of its thermostat. */
export interface DeviceView {
  readonly element: HTMLElement
  /** Before what happens to the device changes it: until then it went on as it was. */
  pass(device: Device, now: number): void
  /** The hub has taken a temperature. */
  addPoint(point: ReportedPoint): void
  show(device: Device, now: number): void
  close(): void
}

export function createDeviceView(happen: (event: DeviceEvent) => void): DeviceView {
  const thermostat = createThermostatView()
  const firmware = createFirmwareView(happen)
  let history: readonly Sample[] = []
  let points: readonly ReportedPoint[] = []

  return {
    element: make('div', 'model-device', thermostat.element, firmware.element),
    pass(device, now) {
      history = extendHistory(history, device.thermostat, now)
      points = points.filter(({ at }) => at >= now - HISTORY_IN_MS && at <= now)
    },
    addPoint(point) {
      points = [...points, point]
    },
    show(device, now) {
      thermostat.show(device.thermostat, history, points, now)
      firmware.show(device.firmware, now)
    },
    close: () => thermostat.close(),
  }
}
