/** The values that a message takes from the device and the clock. */
export interface TemplateValues {
  /** °C; `undefined` while the thermostat does not run. */
  readonly temperature: number | undefined
  /** °C */
  readonly target: number | undefined
  /** The number of the message, from 1. */
  readonly counter: number
  /** Milliseconds since 1970. */
  readonly now: number
  /** From 0 to below 1. */
  random(): number
}

export interface TemplateProblem {
  readonly message: string
  /** Both count from 1. */
  readonly line: number
  readonly column: number
}

/** A text whose placeholders, such as `{{temperature}}`, get a value in each message. */
export type Template =
  | { readonly type: 'valid'; readonly render: (values: TemplateValues) => string }
  | ({ readonly type: 'invalid' } & TemplateProblem)

type Part = (values: TemplateValues) => string

/** The placeholders, for the help next to the field. */
export const PLACEHOLDERS = ['temperature', 'target', 'counter', 'now', 'random 1 10'] as const

const NAMES = PLACEHOLDERS.join(', ')

/**
 * Reads a template. `{{random 1 10}}` is a whole number, both ends included; `{{random 0.00 1.00}}`
 * has as many decimals as its ends. `{{now}}` is the time as in ISO 8601, without quotes.
 */
export function readTemplate(text: string): Template {
  const parts: Part[] = []
  let end = 0
  for (let start = text.indexOf('{{'); start >= 0; start = text.indexOf('{{', end)) {
    parts.push(constant(text.slice(end, start)))
    const close = text.indexOf('}}', start + 2)
    if (close < 0) return problemAt(text, start, 'The placeholder has no }} at its end')
    const inner = text.slice(start + 2, close)
    const part = readPlaceholder(inner.trim())
    const at = start + 2 + inner.length - inner.trimStart().length
    if (typeof part === 'string') return problemAt(text, at, part)
    parts.push(part)
    end = close + 2
  }
  parts.push(constant(text.slice(end)))
  return { type: 'valid', render: (values) => parts.map((part) => part(values)).join('') }
}

const constant =
  (text: string): Part =>
  () =>
    text

/** @returns the part, or the problem */
function readPlaceholder(text: string): Part | string {
  const [name = '', ...given] = text.split(/\s+/)
  if (name === 'random') return readRandom(given)
  const part = simple[name]
  if (name === '') return `The placeholder is empty; expected ${NAMES}`
  if (part === undefined || !Object.hasOwn(simple, name)) return `“${name}” is no placeholder; expected ${NAMES}`
  return given.length === 0 ? part : `“${name}” takes no values, but has “${given.join(' ')}”`
}

const simple: { readonly [name: string]: Part } = {
  temperature: ({ temperature }) => measured(temperature),
  target: ({ target }) => measured(target),
  counter: ({ counter }) => String(counter),
  now: ({ now }) => new Date(now).toISOString(),
}

/** In JSON, `null` stands for a value that nothing measures. */
function measured(value: number | undefined): string {
  return value === undefined ? 'null' : String(value)
}

const NUMBER = /^-?\d{1,15}(?:\.(\d{1,6}))?$/

function readRandom(given: readonly string[]): Part | string {
  const ends = given.map((text) => NUMBER.exec(text))
  const [low, high] = given.map(Number)
  if (given.length !== 2 || ends.includes(null) || low === undefined || high === undefined)
    return '“random” needs two numbers, such as “random 1 10”'
  if (low > high) return `“random” needs the smaller number first, but has ${low} and ${high}`
  const decimals = Math.max(...ends.map((end) => end?.[1]?.length ?? 0))
  const steps = Math.round((high - low) * 10 ** decimals)
  return ({ random }) => (low + Math.floor(random() * (steps + 1)) / 10 ** decimals).toFixed(decimals)
}

function problemAt(text: string, at: number, message: string): Template {
  const lines = text.slice(0, at).split('\n')
  return { type: 'invalid', message, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}
