import type { JsonObject, JsonValue } from 'hubtwin/light'
import { type DeviceEvent, temperatureAt } from 'hubtwin-device-models'
import { make, setText } from '../dom.ts'
import { createDeviceView, type DeviceView } from './device-view.ts'
import { createPaceControl, DEFAULT_PACE_IN_MS } from './pace-control.ts'
import { createSimulation, type Simulation, type SimulationHost } from './simulation.ts'

/** The page around the simulated device. */
export interface DeviceModelHost extends SimulationHost {
  /** An empty element for the device. */
  readonly element: HTMLElement
}

/**
 * The thermostat and the firmware in the middle column. They report nothing while they do not run.
 */
export interface DeviceModel {
  /** Runs or stops the device. A device that runs again starts from its reported properties. */
  setRunning(isOn: boolean): void
  /** Shows the reason that the device does not run, in its place. */
  explain(reason: string): void
  /**
   * Applies the model's own desired properties, `climate.target`, `climate.fanOn`, and `firmware`.
   * Call it for each desired patch if the device applies automatically, or when a person clicks
   * "Apply desired".
   *
   * @param patch the new part of desired, as in a `DesiredChange`; all of desired after a click
   * @param isFirst whether the twin was just read; then a failed update is not retried
   */
  applyDesired(desired: JsonObject, version: number, patch: JsonObject, isFirst: boolean): void
  /** The measurements of the thermostat; `undefined` while it does not run. */
  readings(): Readings | undefined
  /** Call this when the status or reported changes: a report may be due. */
  refresh(): void
  /** Ends the device and forgets its desired properties, for the next device of the page. */
  reset(): void
}

/** In °C. */
export interface Readings {
  readonly temperature: number
  readonly target: number
}

type State =
  | { readonly type: 'off' }
  /** Started before the first sync. The device then starts from its reported properties. */
  | { readonly type: 'waiting' }
  | { readonly type: 'running'; readonly simulation: Simulation; readonly view: DeviceView }

const TICK_IN_MS = 500

export function createDeviceModel(host: DeviceModelHost): DeviceModel {
  const settings = { everyInMs: DEFAULT_PACE_IN_MS }
  const reason = make('p', 'hint')
  const pace = createPaceControl((everyInMs) => {
    settings.everyInMs = everyInMs
  })
  let state: State = { type: 'off' }
  let isRenderRequested = false
  /** The last desired properties; a device that starts later starts with them. */
  let lastDesired: Extract<DeviceEvent, { type: 'desired' }> | undefined

  setInterval(tick, TICK_IN_MS)
  host.element.replaceChildren(reason)

  function setRunning(isOn: boolean): void {
    if (isOn === (state.type !== 'off')) return
    if (isOn) {
      state = { type: 'waiting' }
      startWhenSynced()
    } else stopRunning()
  }

  function stopRunning(): void {
    if (state.type === 'running') state.view.close()
    state = { type: 'off' }
    host.element.replaceChildren(reason)
  }

  function startWhenSynced(): void {
    if (state.type !== 'waiting' || host.reported() === undefined) return
    const now = Date.now()
    const view = createDeviceView(dispatch)
    const simulation = createSimulation({ ...host, report: (patch) => report(patch, view) }, settings, now)
    state = { type: 'running', simulation, view }
    host.element.replaceChildren(view.element, pace)
    if (lastDesired === undefined) tick()
    else dispatch({ ...lastDesired, patch: lastDesired.desired, isFirst: true })
  }

  /** Uses the clock, because timers of a hidden page fire only once a minute. */
  function tick(): void {
    startWhenSynced()
    if (state.type === 'running') dispatch({ type: 'tick' })
  }

  function dispatch(event: DeviceEvent): void {
    if (state.type !== 'running') return
    const { simulation, view } = state
    const now = Date.now()
    view.record(simulation.device, now)
    simulation.dispatch(event, now)
    isRenderRequested ||= requestAnimationFrame(render) > 0
  }

  /** Runs once a frame; in a hidden page, when the page is shown again. */
  function render(): void {
    isRenderRequested = false
    if (state.type === 'running') state.view.render(state.simulation.device, Date.now())
  }

  async function report(patch: JsonObject, view: DeviceView): Promise<void> {
    await host.report(patch)
    const sent = temperatureIn(patch)
    if (sent !== undefined && sent === temperatureIn(host.reported()))
      view.addPoint({ at: Date.now(), temperature: sent })
  }

  return {
    setRunning,
    explain: (text) => setText(reason, text),
    applyDesired(desired, version, patch, isFirst) {
      lastDesired = { type: 'desired', desired, version, patch, isFirst }
      dispatch(lastDesired)
    },
    readings() {
      if (state.type !== 'running') return undefined
      const { thermostat } = state.simulation.device
      const temperature = Math.round(temperatureAt(thermostat, Date.now()) * 100) / 100
      return { temperature, target: thermostat.target.value }
    },
    refresh: tick,
    reset() {
      stopRunning()
      lastDesired = undefined
    },
  }
}

function temperatureIn(reported: JsonValue | undefined): number | undefined {
  const climate = (reported as JsonObject | undefined)?.['climate']
  const temperature = (climate as JsonObject | undefined)?.['temperature']
  return typeof temperature === 'number' ? temperature : undefined
}
