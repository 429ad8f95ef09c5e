import { HISTORY_IN_MS } from 'hubtwin-device-models'
import uPlot from 'uplot'
import { chartRange } from './chart-data.ts'

const SPAN = HISTORY_IN_MS / 1000
/** In rem like every length of the page, so that the chart grows on a large screen. */
export const HEIGHT_IN_REM = 10.5
const minutes = [5, 4, 3, 2, 1, 0]
/** For a narrow chart, with room for half of the labels. */
const fewMinutes = [4, 2, 0]
const NARROW_IN_REM = 22.5

export interface ChartParts {
  readonly element: HTMLElement
  /** Pixels per rem. */
  readonly rem: number
  /** Seconds since 1970. */
  now(): number
  /** Called with the index of the sample at the pointer. */
  onCursor(index: number | null | undefined): void
}

export function chartOptions({ element, rem, now, onCursor }: ChartParts): uPlot.Options {
  const style = (): CSSStyleDeclaration => getComputedStyle(element)
  // Reads the custom property at each drawing, because light and dark differ.
  const color = (token: string) => (): string => style().getPropertyValue(token)
  const marks = (): number[] => (element.clientWidth < NARROW_IN_REM * rem ? fewMinutes : minutes)
  const lines: uPlot.Axis = {
    stroke: color('--muted'),
    font: `${0.75 * rem}px ${style().getPropertyValue('--sans')}`,
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
  }
  return {
    width: Math.max(1, element.clientWidth),
    height: HEIGHT_IN_REM * rem,
    padding: [rem / 2, rem, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: rem / 2 } },
    hooks: { setCursor: [({ cursor: { idx } }) => onCursor(idx)] },
    scales: { x: { range: () => [now() - SPAN, now()] }, y: { range: (_, low, high) => chartRange(low, high) } },
    axes: [
      {
        ...lines,
        size: 1.75 * rem,
        splits: () => marks().map((count) => now() - count * 60),
        values: () => marks().map((count) => (count === 0 ? 'now' : `−${count} min`)),
      },
      { ...lines, size: 2.75 * rem, values: (_, splits) => splits.map((value) => `${value}°`) },
    ],
    series: [
      {},
      { label: 'Temperature', stroke: color('--accent'), width: rem / 8, points: { show: false } },
      {
        label: 'Target',
        stroke: color('--muted'),
        width: rem / 10,
        dash: [rem / 2.5, rem / 4],
        paths: uPlot.paths.stepped!({ align: 1 }),
        points: { show: false },
      },
      {
        label: 'Reported',
        stroke: color('--accent'),
        paths: () => null,
        points: { show: true, size: rem / 2, width: rem / 10, fill: color('--panel') },
      },
    ],
  }
}
