import type { Sample } from 'hubtwin-device-models'
import uPlot from 'uplot'
import { setText } from '../dom.ts'
import { chartData } from './chart-data.ts'
import { chartOptions, HEIGHT_IN_REM } from './chart-options.ts'
import { degrees, type ReportedPoint } from './chart-words.ts'

/** The last five minutes of a thermostat. A separate file, so that uPlot loads on demand. */
export interface Chart {
  render(history: readonly Sample[], points: readonly ReportedPoint[], now: number): void
  close(): void
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** @param readout shows the values at the pointer */
export function createChart(element: HTMLElement, readout: HTMLElement): Chart {
  let now = 0
  let rem = remNow()
  let plot = new uPlot(makeOptions(), [[], [], [], []], element)

  function makeOptions(): uPlot.Options {
    return chartOptions({ element, rem, now: () => now, onCursor: (index) => setText(readout, readAt(index)) })
  }

  function readAt(index: number | null | undefined): string {
    const at = typeof index === 'number' ? plot.data[0][index] : undefined
    const temperature = typeof index === 'number' ? plot.data[1]?.[index] : undefined
    if (at === undefined || typeof temperature !== 'number') return ''
    return `${clock.format(at * 1000)}  ${degrees(temperature)}`
  }

  const sizes = new ResizeObserver(() => {
    if (remNow() !== rem) replace()
    if (element.clientWidth > 0) plot.setSize({ width: element.clientWidth, height: HEIGHT_IN_REM * rem })
  })
  sizes.observe(element)

  /** The text grows on a large screen, and uPlot cannot change its font size. */
  function replace(): void {
    rem = remNow()
    const { data } = plot
    plot.destroy()
    plot = new uPlot(makeOptions(), data, element)
  }

  const scheme = matchMedia('(prefers-color-scheme: dark)')
  const redraw = (): void => plot.redraw(false, true)
  scheme.addEventListener('change', redraw)

  return {
    render(history, points, at) {
      now = at / 1000
      plot.setData(chartData(history, points))
    },
    close() {
      sizes.disconnect()
      scheme.removeEventListener('change', redraw)
      plot.destroy()
    },
  }
}

function remNow(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize)
}
