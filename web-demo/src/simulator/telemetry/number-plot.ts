import { make, setText } from '../../shared/dom.ts'

/** The numbers of the last messages as a line: the first number of each body. */
export interface NumberPlot {
  readonly element: HTMLElement
  add(body: string): void
  clear(): void
}

const MAX_POINTS = 60
const SVG = 'http://www.w3.org/2000/svg'
const [WIDTH, HEIGHT, EDGE] = [300, 60, 4]

interface Found {
  readonly name: string
  readonly value: number
}

export function createNumberPlot(): NumberPlot {
  const svg = document.createElementNS(SVG, 'svg')
  const path = document.createElementNS(SVG, 'path')
  const dot = document.createElementNS(SVG, 'circle')
  svg.append(path, dot)
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`)
  svg.setAttribute('preserveAspectRatio', 'none')
  svg.setAttribute('class', 'telemetry-plot')
  svg.setAttribute('aria-hidden', 'true')
  dot.setAttribute('r', '3')
  const words = make('p', 'hint')
  const element = make('div', '', words)
  element.prepend(svg)
  let points: readonly Found[] = []

  function render(): void {
    const last = points.at(-1)
    const values = points.map(({ value }) => value)
    const [low, high] = [Math.min(...values), Math.max(...values)]
    svg.toggleAttribute('hidden', last === undefined)
    setText(words, last === undefined ? 'The chart shows the first number of each message.' : describe(last, low, high))
    const place = ({ value }: Found, index: number): readonly [number, number] => [
      WIDTH - EDGE - (points.length - 1 - index) * ((WIDTH - 2 * EDGE) / (MAX_POINTS - 1)),
      high === low ? HEIGHT / 2 : HEIGHT - EDGE - ((value - low) / (high - low)) * (HEIGHT - 2 * EDGE),
    ]
    path.setAttribute(
      'd',
      points.map((point, index) => `${index === 0 ? 'M' : 'L'}${place(point, index).join(' ')}`).join(''),
    )
    const [x, y] = last === undefined ? [0, 0] : place(last, points.length - 1)
    dot.setAttribute('cx', String(x))
    dot.setAttribute('cy', String(y))
  }

  render()
  return {
    element,
    add(body) {
      const found = firstNumber(body)
      if (found === undefined) return
      // A new template starts a new line.
      const before = points.at(-1)?.name === found.name ? points : []
      points = [...before, found].slice(-MAX_POINTS)
      render()
    },
    clear() {
      points = []
      render()
    },
  }
}

function describe({ name, value }: Found, low: number, high: number): string {
  return `${name} ${value}, from ${low} to ${high}`
}

function firstNumber(body: string): Found | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return undefined
  }
  if (typeof parsed === 'number') return { name: 'value', value: parsed }
  return findIn(parsed)
}

function findIn(value: unknown, path = ''): Found | undefined {
  if (typeof value === 'number') return { name: path, value }
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, item] of Object.entries(value)) {
    const found = findIn(item, path === '' ? key : `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}
