import { HISTORY_IN_MS, type Sample } from 'hubtwin-device-models'
import uPlot from 'uplot'
import { setText } from '../dom.ts'
import { chartData, chartRange } from './chart-data.ts'
import { degrees, type ReportedPoint } from './chart-words.ts'

/** The last five minutes of a thermostat. A separate file, so that uPlot loads on demand. */
export interface Chart {
  render(history: readonly Sample[], points: readonly ReportedPoint[], now: number): void
  close(): void
}

const SPAN = HISTORY_IN_MS / 1000
/** In rem like every length of the page, so that the chart grows on a large screen. */
const HEIGHT = 10.5
const minutes = [5, 4, 3, 2, 1, 0]
/** For a narrow chart, with room for half of the labels. */
const fewMinutes = [4, 2, 0]
const NARROW = 22.5
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** @param readout shows the values at the pointer */
export function createChart(element: HTMLElement, readout: HTMLElement): Chart {
  let now = 0
  let rem = remNow()
  let plot = new uPlot(options(), [[], [], [], []], element)

  function readAt(index: number | null | undefined): string {
    const at = typeof index === 'number' ? plot.data[0][index] : undefined
    const temperature = typeof index === 'number' ? plot.data[1]?.[index] : undefined
    if (at === undefined || typeof temperature !== 'number') return ''
    return `${clock.format(at * 1000)}  ${degrees(temperature)}`
  }

  const sizes = new ResizeObserver(() => {
    if (element.clientWidth > 0) plot.setSize({ width: element.clientWidth, height: HEIGHT * rem })
  })
  sizes.observe(element)
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  const redraw = (): void => plot.redraw(false, true)
  scheme.addEventListener('change', redraw)
  // On a change to a very large screen: uPlot cannot change its font size.
  const wall = matchMedia('(width >= 200rem)')
  const replace = (): void => {
    rem = remNow()
    const { data } = plot
    plot.destroy()
    plot = new uPlot(options(), data, element)
  }
  wall.addEventListener('change', replace)

  return {
    render(history, points, at) {
      now = at / 1000
      plot.setData(chartData(history, points))
    },
    close() {
      sizes.disconnect()
      scheme.removeEventListener('change', redraw)
      wall.removeEventListener('change', replace)
      plot.destroy()
    },
  }

  function options(): uPlot.Options {
    return {
      width: Math.max(1, element.clientWidth),
      height: HEIGHT * rem,
      padding: [rem / 2, rem, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: rem / 2 } },
      hooks: { setCursor: [({ cursor: { idx } }) => setText(readout, readAt(idx))] },
      scales: { x: { range: () => [now - SPAN, now] }, y: { range: (_, low, high) => chartRange(low, high) } },
      axes: [
        {
          ...lines(),
          size: 1.75 * rem,
          splits: () => marks().map((count) => now - count * 60),
          values: () => marks().map((count) => (count === 0 ? 'now' : `−${count} min`)),
        },
        { ...lines(), size: 2.75 * rem, values: (_, splits) => splits.map((value) => `${value}°`) },
      ],
      series: [
        {},
        { label: 'Temperature', stroke: () => color('--accent'), width: rem / 8, points: { show: false } },
        {
          label: 'Target',
          stroke: () => color('--muted'),
          width: rem / 10,
          dash: [rem / 2.5, rem / 4],
          paths: uPlot.paths.stepped!({ align: 1 }),
          points: { show: false },
        },
        {
          label: 'Reported',
          stroke: () => color('--accent'),
          paths: () => null,
          points: { show: true, size: rem / 2, width: rem / 10, fill: () => color('--panel') },
        },
      ],
    }
  }

  function marks(): number[] {
    return element.clientWidth < NARROW * rem ? fewMinutes : minutes
  }

  function lines(): uPlot.Axis {
    return {
      stroke: () => color('--muted'),
      font: `${0.75 * rem}px ${style().getPropertyValue('--sans')}`,
      grid: { stroke: () => color('--line'), width: 1 },
      ticks: { show: false },
    }
  }

  /** Reads the page's custom property now, because light and dark differ. */
  function color(token: string): string {
    return style().getPropertyValue(token)
  }

  function style(): CSSStyleDeclaration {
    return getComputedStyle(element)
  }
}

function remNow(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize)
}
