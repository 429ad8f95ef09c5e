import { HISTORY_IN_MS, type Sample } from 'hubtwin-device-models'
import { setText } from '../dom.ts'
import { chartRange, chartSplits } from './chart-data.ts'
import { degrees, type ReportedPoint } from './chart-words.ts'

/**
 * The last five minutes of a thermostat, drawn on a canvas. A chart library would make up a third
 * of a connected page's script.
 */
export interface Chart {
  render(history: readonly Sample[], points: readonly ReportedPoint[], now: number): void
  close(): void
}

/** In rem like every length of the page, so that the chart grows on a large screen. */
const HEIGHT_IN_REM = 10.5
const NARROW_IN_REM = 22.5

interface Content {
  readonly history: readonly Sample[]
  readonly points: readonly ReportedPoint[]
  readonly now: number
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** @param readout shows the values at the pointer */
export function createChart(element: HTMLElement, readout: HTMLElement): Chart {
  const canvas = document.createElement('canvas')
  canvas.className = 'model-canvas'
  element.append(canvas)
  let content: Content = { history: [], points: [], now: Date.now() }

  function draw(): void {
    const { width, height } = fit(canvas, element)
    const context = canvas.getContext('2d')
    if (context !== null && width > 0) drawChart(context, content, width, height, getComputedStyle(element))
  }

  function showValueAt({ offsetX }: MouseEvent): void {
    const { plotLeft, plotWidth } = frameOf(canvas.clientWidth, canvas.clientHeight, remNow())
    const at = content.now - HISTORY_IN_MS * (1 - (offsetX - plotLeft) / plotWidth)
    const sample = content.history.filter((each) => each.at <= at).at(-1)
    setText(readout, sample === undefined ? '' : `${clock.format(sample.at)}  ${degrees(sample.temperature)}`)
  }

  const sizes = new ResizeObserver(draw)
  sizes.observe(element)
  const off = new AbortController()
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  scheme.addEventListener('change', draw, { signal: off.signal })
  canvas.addEventListener('pointermove', showValueAt)
  canvas.addEventListener('pointerleave', () => setText(readout, ''))

  return {
    render(history, points, now) {
      content = { history, points, now }
      draw()
    },
    close() {
      sizes.disconnect()
      off.abort()
      canvas.remove()
    },
  }
}

/** Gives the canvas the size of its place, in the pixels of the screen. */
function fit(canvas: HTMLCanvasElement, place: HTMLElement): { width: number; height: number } {
  const [width, height] = [place.clientWidth, HEIGHT_IN_REM * remNow()]
  const pixels = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)] as const
  if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) [canvas.width, canvas.height] = pixels
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  canvas.getContext('2d')?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
  return { width, height }
}

interface Frame {
  readonly plotLeft: number
  readonly plotTop: number
  readonly plotWidth: number
  readonly plotHeight: number
}

function frameOf(width: number, height: number, rem: number): Frame {
  const [left, right, top, bottom] = [2.75 * rem, rem, 0.5 * rem, 1.75 * rem]
  return { plotLeft: left, plotTop: top, plotWidth: width - left - right, plotHeight: height - top - bottom }
}

function drawChart(
  context: CanvasRenderingContext2D,
  { history, points, now }: Content,
  width: number,
  height: number,
  style: CSSStyleDeclaration,
): void {
  const rem = remNow()
  const color = (token: string): string => style.getPropertyValue(token)
  const { plotLeft, plotTop, plotWidth, plotHeight } = frameOf(width, height, rem)
  const values = [...history.flatMap(({ temperature, target }) => [temperature, target])]
  const [low, high] = chartRange(values)
  const x = (at: number): number => plotLeft + plotWidth * (1 - (now - at) / HISTORY_IN_MS)
  const y = (value: number): number => plotTop + plotHeight * ((high - value) / (high - low))

  context.clearRect(0, 0, width, height)
  context.font = `${0.75 * rem}px ${color('--sans')}`
  context.lineWidth = 1
  context.strokeStyle = color('--line')
  context.fillStyle = color('--muted')
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  for (const value of chartSplits(low, high)) {
    line(context, [plotLeft, y(value)], [plotLeft + plotWidth, y(value)])
    context.fillText(`${value}°`, plotLeft - 0.375 * rem, y(value))
  }
  context.textAlign = 'center'
  // A narrow chart has room for half of the labels.
  for (const minutes of width < NARROW_IN_REM * rem ? [4, 2, 0] : [5, 4, 3, 2, 1, 0]) {
    const at = x(now - minutes * 60_000)
    line(context, [at, plotTop], [at, plotTop + plotHeight])
    context.fillText(minutes === 0 ? 'now' : `−${minutes} min`, at, height - 0.75 * rem)
  }

  context.save()
  context.beginPath()
  context.rect(plotLeft, 0, plotWidth + rem / 2, height)
  context.clip()
  context.strokeStyle = color('--muted')
  context.lineWidth = rem / 10
  context.setLineDash([rem / 2.5, rem / 4])
  const steps = history.flatMap(({ at, target }, index) => {
    const before = history[index - 1]?.target
    return before === undefined || before === target
      ? [[x(at), y(target)]]
      : [
          [x(at), y(before)],
          [x(at), y(target)],
        ]
  })
  line(context, ...(steps as [number, number][]))
  context.setLineDash([])
  context.strokeStyle = color('--accent')
  context.lineWidth = rem / 8
  line(context, ...history.map(({ at, temperature }): [number, number] => [x(at), y(temperature)]))
  context.fillStyle = color('--panel')
  context.lineWidth = rem / 10
  for (const { at, temperature } of points) {
    context.beginPath()
    context.arc(x(at), y(temperature), rem / 4, 0, 2 * Math.PI)
    context.fill()
    context.stroke()
  }
  context.restore()
}

function line(context: CanvasRenderingContext2D, ...points: readonly (readonly [number, number])[]): void {
  context.beginPath()
  for (const [x, y] of points) context.lineTo(x, y)
  context.stroke()
}

function remNow(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize)
}
