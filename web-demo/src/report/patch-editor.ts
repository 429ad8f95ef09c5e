import type { JsonObject, JsonValue } from 'hubtwin'
import { advise } from '../page/advice.ts'
import { type Device, findPatchFault } from '../device.ts'
import { find, make, setText } from '../dom.ts'
import { findJsonFault, type JsonFault, placeOf } from './json-fault.ts'
import { isObject } from '../json-text.ts'
import { duration } from '../page/status-bar.ts'

const FIRST_PATCH = { firmwareVersion: '1.2.1', weather: { temperature: 72, humidity: 17 } }

/** A field for the patch to report, which tells what is wrong with it where it is wrong, while it is written. */
export interface PatchEditor {
  /** After a change of the connection. */
  look(device: Device): void
}

export function createPatchEditor(): PatchEditor {
  const field = find('patch', HTMLTextAreaElement)
  const underlay = find('patch-mark', HTMLPreElement)
  const says = find('patch-says', HTMLElement)
  const answerSays = find('report-says', HTMLElement)
  const button = find('report', HTMLButtonElement)
  let device: Device | undefined
  /** Counts the checks: the answer of an earlier one is of no interest any more. */
  let checks = 0

  /** @returns the patch, where it can be reported */
  async function check(): Promise<JsonObject | undefined> {
    const turn = ++checks
    const text = field.value
    const fault = findJsonFault(text)
    mark(text, fault)
    if (fault !== undefined) {
      const { line, column } = placeOf(text, fault.offset)
      return refuse(text.trim() === '' ? 'Write a JSON object.' : `Line ${line}, column ${column}: ${fault.message}.`)
    }
    const patch = JSON.parse(text) as JsonValue
    if (!isObject(patch)) return refuse('A patch is an object: put it in { }.')
    const limit = device && (await findPatchFault(device.twin, patch))
    if (turn !== checks) return undefined
    if (limit !== undefined) return refuse(`${limit}.`)
    field.setAttribute('aria-invalid', 'false')
    says.classList.remove('fault')
    setText(says, 'null deletes a key; arrays are replaced whole.')
    return patch
  }

  function refuse(why: string): undefined {
    field.setAttribute('aria-invalid', 'true')
    says.classList.add('fault')
    setText(says, why)
  }

  /** The underlay has the same text at the same place; only what is at fault shows through. */
  function mark(text: string, fault: JsonFault | undefined): void {
    const { offset, length } = fault ?? { offset: text.length, length: 0 }
    const before = text.slice(0, offset)
    const after = text.slice(offset + length)
    if (fault === undefined) underlay.replaceChildren(text, '\n')
    else underlay.replaceChildren(before, make('mark', '', text.slice(offset, offset + length) || ' '), after, '\n')
  }

  async function report(): Promise<void> {
    const patch = await check()
    if (patch === undefined || device === undefined) return moveToFault()
    const { type } = device.twin.status
    if (type === 'closed') return
    tell(type === 'ready' ? 'Sent…' : 'Held until there is a connection…', false)
    const { place } = device
    const answer = await device.report(patch)
    if (answer.type === 'taken') tell(`Taken as v${answer.version} in ${duration(answer.tookInMs)}.`, false)
    else tell(`${answer.error.message}. ${advise(answer.error, place)}`.trim(), true)
  }

  function moveToFault(): void {
    const fault = findJsonFault(field.value)
    field.focus()
    if (fault !== undefined) field.setSelectionRange(fault.offset, fault.offset + fault.length)
  }

  function tell(text: string, isFault: boolean): void {
    answerSays.classList.toggle('fault', isFault)
    setText(answerSays, text)
  }

  field.value = JSON.stringify(FIRST_PATCH, null, 2)
  void check()
  field.addEventListener('input', () => {
    tell('', false)
    void check()
  })
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void report()
  })
  find('patch-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    void report()
  })

  return {
    look(next) {
      if (device !== undefined && device !== next) tell('', false)
      device = next
      button.disabled = next.twin.status.type === 'closed'
    },
  }
}
