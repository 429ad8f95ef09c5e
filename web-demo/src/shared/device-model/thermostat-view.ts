import { activityAt, type Sample, temperatureAt, type Thermostat } from 'hubtwin-device-models'
import { make, setText } from '../dom.ts'
import type { Chart } from './chart.ts'
import { chartWords, degrees, type ReportedPoint } from './chart-words.ts'

/** The thermostat in numbers and as a chart. */
export interface ThermostatView {
  readonly element: HTMLElement
  render(thermostat: Thermostat, history: readonly Sample[], points: readonly ReportedPoint[], now: number): void
  close(): void
}

/** The interval between new descriptions. A screen reader reads each of them. */
const DESCRIBE_EVERY_IN_MS = 10_000

export function createThermostatView(): ThermostatView {
  const temperature = make('strong', 'model-temperature')
  const target = make('span', 'model-target')
  const activity = make('span', 'muted')
  const plot = make('div', 'model-plot')
  const readout = make('span', 'model-readout')
  const words = make('p', 'visually-hidden')
  const problems = make('p', 'problem')
  const figure = make('div', 'model-chart', plot, words, legend(readout))
  plot.ariaHidden = 'true'
  const element = make(
    'div',
    'model-part',
    make('h3', 'model-title', 'Thermostat'),
    make('p', 'model-now', temperature, ' ', target, ' ', activity),
    problems,
    figure,
  )
  let chart: Chart | undefined
  let isClosed = false
  let wordsAt = -Infinity

  async function load(): Promise<void> {
    try {
      const { createChart } = await import('./chart.ts')
      if (!isClosed) chart = createChart(plot, readout)
    } catch {
      figure.replaceChildren(make('p', 'hint', 'The chart could not be loaded. The thermostat works without it.'))
    }
  }

  void load()

  return {
    element,
    render(thermostat, history, points, now) {
      const { target: wanted, fanOn } = thermostat
      setText(temperature, degrees(temperatureAt(thermostat, now)))
      setText(target, `→ ${degrees(wanted.value)}`)
      setText(activity, `${activityAt(thermostat, now)}${fanOn.value ? ', fan on' : ''}`)
      const rejected = [wanted, fanOn].flatMap(({ ac, ad = '' }) => (ac === 400 ? ad : []))
      setText(problems, rejected.length === 0 ? '' : `Rejected: ${rejected.join('; ')}.`)
      chart?.render(history, points, now)
      if (Math.abs(now - wordsAt) < DESCRIBE_EVERY_IN_MS) return
      wordsAt = now
      setText(words, chartWords(history, points))
    },
    close() {
      isClosed = true
      chart?.close()
    },
  }
}

/** The lines differ in style, not only in color. */
function legend(readout: HTMLElement): HTMLElement {
  const entries = ['temperature', 'target', 'reported'].map((name) => {
    const sign = make('span', `model-sign model-sign-${name}`)
    return make('span', 'model-entry', sign, name)
  })
  const element = make('p', 'model-legend', ...entries, readout)
  element.ariaHidden = 'true'
  return element
}
