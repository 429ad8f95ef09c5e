import type { DeviceModel } from '../../shared/device-model/device-model.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import type { Switches } from './switches.ts'

/** Runs the simulated thermostat while its switch is on. For a new device, it is on. */
export interface RunControl {
  attach(device: SimulatedDevice): void
  /** Call this when the switch or the role of this tab may have changed. */
  refresh(): void
}

const OFF = 'The thermostat does not run, so nothing reports climate and firmware by itself.'
const ELSEWHERE = 'The tab with the connection runs the thermostat. When it closes, the thermostat continues here.'

export function createRunControl(model: DeviceModel, switches: Switches): RunControl {
  let device: SimulatedDevice | undefined

  /**
   * Several tabs of a device run a single thermostat, in the tab with the connection. It keeps
   * running while that tab is disconnected.
   */
  function refresh(): void {
    if (device === undefined) return
    const { type } = device.twin.role
    const { run } = switches.current
    model.explain(run ? (type === 'follower' ? ELSEWHERE : '') : OFF)
    if (!run || type === 'follower') model.setRunning(false)
    else if (type === 'leader' || type === 'alone') model.setRunning(true)
  }

  return {
    attach(next) {
      device = next
      model.reset()
      refresh()
    },
    refresh,
  }
}
