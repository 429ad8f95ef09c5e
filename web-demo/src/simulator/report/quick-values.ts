import type { JsonObject, JsonValue } from 'hubtwin/light'
import type { Device } from '../device.ts'
import { findPatchFault } from '../device.ts'
import { find, make, setText } from '../../shared/dom.ts'
import { isObject, own, textOf } from '../../shared/json-text.ts'
import { wordsForAnswer } from './answer-words.ts'

/** One property, one value: the quick way to a report. */
export interface QuickValues {
  begin(device: Device): void
  /** After a change of status or of the twin. */
  look(): void
}

export function createQuickValues(): QuickValues {
  const path = find('quick-path', HTMLInputElement)
  const value = find('quick-value', HTMLInputElement)
  const paths = find('quick-paths', HTMLDataListElement)
  const set = find('quick-set', HTMLButtonElement)
  const remove = find('quick-delete', HTMLButtonElement)
  const says = find('quick-says', HTMLElement)
  let device: Device | undefined
  let known = ''
  /** Counts what was typed: the answer to what stood before is of no interest any more. */
  let checks = 0

  function tell(text: string, isFault = false): void {
    says.classList.toggle('fault', isFault)
    setText(says, text)
  }

  async function report(what: JsonValue): Promise<void> {
    checks++
    if (device === undefined) return
    const patch = patchFor(path.value.trim(), what)
    if (patch === undefined) return refuse(path, 'Name a property; dots lead into objects, as in climate.humidity.')
    const fault = await findPatchFault(device.twin, patch)
    if (fault !== undefined) return refuse(value, `${fault}.`)
    tell(device.twin.status.type === 'ready' ? 'Sent…' : 'Held until there is a connection…')
    const { place } = device
    const answer = await device.report(patch)
    tell(wordsForAnswer(answer, place), answer.type === 'failed')
  }

  function refuse(field: HTMLInputElement, why: string): void {
    tell(why, true)
    field.focus()
  }

  /** How the value will be read: a number in quotes and one without differ, and nobody should have to guess. */
  async function showKind(): Promise<void> {
    const turn = ++checks
    const text = value.value.trim()
    const what = readValue(text)
    const patch = patchFor(path.value.trim(), what)
    tell(text === '' ? '' : `Will be ${kindOf(what)}.`)
    const fault = patch && device && (await findPatchFault(device.twin, patch))
    if (turn === checks && fault !== undefined) tell(`${fault}.`, true)
  }

  function showKnownValue(): void {
    const has = path.value
      .trim()
      .split('.')
      .reduce<JsonValue | undefined>((at, key) => (isObject(at) ? own(at, key) : undefined), device?.document?.reported)
    if (has !== undefined) value.value = typeof has === 'string' ? has : textOf(has)
    void showKind()
  }

  path.addEventListener('change', showKnownValue)
  for (const field of [path, value]) field.addEventListener('input', () => void showKind())
  find('quick-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    if (value.value.trim() === '') refuse(value, 'Write a value; “” with quotes is an empty text.')
    else void report(readValue(value.value.trim()))
  })
  remove.addEventListener('click', () => void report(null))

  function look(): void {
    const isClosed = device === undefined || device.twin.status.type === 'closed'
    set.disabled = isClosed
    remove.disabled = isClosed
    const { desired = {}, reported = {} } = device?.document ?? {}
    const names = [...new Set([...leaves(reported), ...leaves(desired)])].slice(0, 200)
    if (known === names.join('\n')) return
    known = names.join('\n')
    paths.replaceChildren(
      ...names.map((name) => {
        const option = make('option', '')
        option.value = name
        return option
      }),
    )
  }

  return {
    begin(next) {
      device = next
      tell('')
      look()
    },
    look,
  }
}

/** JSON where it is JSON, else a text: nobody types quotes around a word. */
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

function kindOf(value: JsonValue): string {
  if (value === null) return 'deleted, as null is'
  if (Array.isArray(value)) return 'an array'
  if (isObject(value)) return 'an object'
  return `${typeof value === 'string' ? 'the text' : `the ${typeof value}`} ${JSON.stringify(value)}`
}

function leaves(object: JsonObject, prefix = ''): string[] {
  return Object.entries(object).flatMap(([key, value]) =>
    isObject(value) ? leaves(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  )
}
