import type { JsonObject, JsonValue } from 'hubtwin/light'
import type { DeviceEvent } from 'hubtwin-device-models'
import { make } from '../dom.ts'
import { createDeviceView, type DeviceView } from './device-view.ts'
import type { DeviceModel, DeviceModelHost } from './host.ts'
import { createPaceControl, DEFAULT_PACE_IN_MS } from './pace-control.ts'
import { createSimulation, type Simulation } from './simulation.ts'

type State =
  | { readonly type: 'off' }
  /** Started before the twin was read: what the hub remembers of the device comes first. */
  | { readonly type: 'waiting' }
  | { readonly type: 'running'; readonly simulation: Simulation; readonly view: DeviceView }

const TICK_IN_MS = 500

export function createDeviceModel(host: DeviceModelHost): DeviceModel {
  const settings = { everyInMs: DEFAULT_PACE_IN_MS, acknowledges: false }
  const startButton = make('button', '', 'Start the device')
  startButton.type = 'button'
  startButton.addEventListener('click', start)
  const pace = createPaceControl((everyInMs) => {
    settings.everyInMs = everyInMs
  })
  let state: State = { type: 'off' }
  let isShowRequested = false
  /** What was taken last: a device that starts later begins with it. */
  let wanted: Extract<DeviceEvent, { type: 'desired' }> | undefined

  setInterval(tick, TICK_IN_MS)
  showOff()

  function start(): void {
    if (state.type === 'off') state = { type: 'waiting' }
    begin()
  }

  function begin(): void {
    if (state.type !== 'waiting' || host.reported() === undefined) return
    const now = Date.now()
    const view = createDeviceView(happen)
    const simulation = createSimulation({ ...host, report: (patch) => report(patch, view) }, settings, now)
    state = { type: 'running', simulation, view }
    host.element.replaceChildren(view.element, pace)
    if (wanted === undefined) tick()
    else happen({ ...wanted, patch: wanted.desired, isFirst: true })
  }

  /** By the clock and not by the timer, which a hidden page has once a minute. */
  function tick(): void {
    begin()
    if (state.type === 'running') happen({ type: 'tick' })
  }

  function happen(event: DeviceEvent): void {
    if (state.type !== 'running') return
    const { simulation, view } = state
    const now = Date.now()
    view.pass(simulation.device, now)
    simulation.happen(event, now)
    isShowRequested ||= requestAnimationFrame(show) > 0
  }

  /** Once a frame, and in a hidden page when it is shown again. */
  function show(): void {
    isShowRequested = false
    if (state.type === 'running') state.view.show(state.simulation.device, Date.now())
  }

  async function report(patch: JsonObject, view: DeviceView): Promise<void> {
    await host.report(patch)
    const sent = temperatureIn(patch)
    if (sent !== undefined && sent === temperatureIn(host.reported()))
      view.addPoint({ at: Date.now(), temperature: sent })
  }

  function showOff(): void {
    const words = make(
      'p',
      'hint',
      'A thermostat and a firmware to play with: they follow ',
      make('code', '', 'climate.target'),
      ' and ',
      make('code', '', 'firmware.version'),
      ' of desired, and report how far they are.',
    )
    host.element.replaceChildren(make('div', 'model-off', words, startButton))
  }

  return {
    get isRunning() {
      return state.type !== 'off'
    },
    start,
    take(desired, version, patch, isFirst) {
      wanted = { type: 'desired', desired, version, patch, isFirst }
      happen(wanted)
    },
    setAcknowledging(isOn) {
      settings.acknowledges = isOn
      tick()
    },
    look: tick,
    reset() {
      if (state.type === 'running') state.view.close()
      state = { type: 'off' }
      wanted = undefined
      showOff()
    },
  }
}

function temperatureIn(reported: JsonValue | undefined): number | undefined {
  const climate = (reported as JsonObject | undefined)?.['climate']
  const temperature = (climate as JsonObject | undefined)?.['temperature']
  return typeof temperature === 'number' ? temperature : undefined
}
