import { checkPatch, type JsonObject, type JsonValue } from 'hubtwin/light'
import { find, setText } from '../../shared/dom.ts'
import { isObject, ownValue, textOf } from '../../shared/json-value.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import { readAcknowledgment } from '../twin/acknowledgment.ts'
import { type IsOverwritten, OVERWRITTEN } from './overwritten.ts'
import { describeResult, describeSending } from './report-result.ts'

/** Two fields, path and value, that report a single property. */
export interface QuickValues {
  attach(device: SimulatedDevice): void
  /** Call this when the status or the twin changes. */
  refresh(): void
}

const MAX_SUGGESTIONS = 200

export function createQuickValues(isOverwritten: IsOverwritten): QuickValues {
  const path = find('quick-path', HTMLInputElement)
  const value = find('quick-value', HTMLInputElement)
  const paths = find('quick-paths', HTMLDataListElement)
  const set = find('quick-set', HTMLButtonElement)
  const remove = find('quick-delete', HTMLButtonElement)
  const result = find('quick-result', HTMLElement)
  let device: SimulatedDevice | undefined
  let suggested = ''

  function showResult(text: string, isProblem = false): void {
    result.classList.toggle('problem', isProblem)
    setText(result, text)
  }

  async function report(reported: JsonValue): Promise<void> {
    if (device === undefined) return
    const patch = patchFor(path.value.trim(), reported)
    if (patch === undefined) return refuse(path, 'Enter a property. Dots lead into objects: climate.humidity.')
    const problem = problemIn(patch)
    if (problem !== undefined) return refuse(value, problem)
    showResult(describeSending(device))
    const { place } = device
    const answer = await device.report(patch)
    showResult(describeResult(answer, place), answer.type === 'failed')
  }

  function refuse(field: HTMLInputElement, reason: string): void {
    showResult(reason, true)
    field.focus()
  }

  /** Shows the JSON type of the input: `45` and `"45"` differ, and the field accepts both. */
  function showType(): void {
    const text = value.value.trim()
    const entered = readValue(text)
    const patch = patchFor(path.value.trim(), entered)
    const problem = patch && problemIn(patch)
    if (problem !== undefined) showResult(problem, true)
    else if (patch !== undefined && isOverwritten(patch)) showResult(OVERWRITTEN)
    else showResult(text === '' ? '' : describeValue(entered))
  }

  function showKnownValue(): void {
    const known = path.value
      .trim()
      .split('.')
      .reduce<JsonValue | undefined>(
        (at, key) => (isObject(at) ? ownValue(at, key) : undefined),
        device?.document?.reported,
      )
    if (known !== undefined) value.value = typeof known === 'string' ? known : textOf(known)
    showType()
  }

  function refresh(): void {
    const isClosed = device === undefined || device.twin.status.type === 'closed'
    set.disabled = isClosed
    remove.disabled = isClosed
    const { desired = {}, reported = {} } = device?.document ?? {}
    const names = [...new Set([...leaves(reported), ...leaves(desired)])]
      .filter((name) => !isOverwritten(patchFor(name, null) ?? {}))
      .slice(0, MAX_SUGGESTIONS)
    if (suggested === names.join('\n')) return
    suggested = names.join('\n')
    paths.replaceChildren(...names.map((name) => new Option('', name)))
  }

  path.addEventListener('change', showKnownValue)
  for (const field of [path, value]) field.addEventListener('input', showType)
  find('quick-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    if (value.value.trim() === '') refuse(value, 'Enter a value. Two double quotes stand for an empty string.')
    else void report(readValue(value.value.trim()))
  })
  remove.addEventListener('click', () => void report(null))

  return {
    attach(next) {
      device = next
      showResult('')
      refresh()
    },
    refresh,
  }
}

function problemIn(patch: JsonObject): string | undefined {
  try {
    checkPatch(patch)
    return undefined
  } catch (error) {
    return `${(error as Error).message}.`
  }
}

/** Reads JSON if possible, else a string, so that a word needs no quotes. */
export function readValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return text
  }
}

export function patchFor(path: string, value: JsonValue): JsonObject | undefined {
  const keys = path.split('.')
  if (keys.includes('')) return undefined
  return keys.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value) as JsonObject
}

function describeValue(value: JsonValue): string {
  if (value === null) return 'null deletes the property.'
  if (Array.isArray(value)) return 'Reports an array.'
  if (isObject(value)) return 'Reports an object.'
  return `Reports the ${typeof value} ${JSON.stringify(value)}.`
}

/** An acknowledgment is a single property, which a bare value can replace. */
function leaves(object: JsonObject, prefix = ''): string[] {
  return Object.entries(object).flatMap(([key, value]) =>
    isObject(value) && readAcknowledgment(value) === undefined
      ? leaves(value, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  )
}
