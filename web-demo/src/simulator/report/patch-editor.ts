import type { JsonObject, JsonValue } from 'hubtwin/light'
import { type Device, findPatchFault } from '../device.ts'
import { find, setText } from '../../shared/dom.ts'
import { isObject } from '../../shared/json-text.ts'
import { wordsForAnswer } from './answer-words.ts'
import type { CodeEditor } from './code-editor.ts'
import { placeOf, readJson, type TextFault } from './json-fault.ts'
import { locateLimit } from './limit-fault.ts'

const FIRST_PATCH = { firmwareVersion: '1.2.1', weather: { temperature: 72, humidity: 17 } }

/** An editor for the patch to report, which tells what is wrong with it where it is wrong, while it is written. */
export interface PatchEditor {
  begin(device: Device): void
  /** After a change of the connection. */
  look(): void
  focus(): void
}

type Checked =
  { readonly type: 'patch'; readonly patch: JsonObject } | { readonly type: 'fault'; readonly fault: TextFault }

export async function createPatchEditor(): Promise<PatchEditor> {
  const says = find('patch-says', HTMLElement)
  const answerSays = find('report-says', HTMLElement)
  const button = find('report', HTMLButtonElement)
  let device: Device | undefined
  /** Counts the checks: the answer of an earlier one is of no interest any more. */
  let checks = 0
  const { createCodeEditor } = await import('./code-editor.ts')
  const editor: CodeEditor = createCodeEditor(find('patch-editor', HTMLElement), {
    text: JSON.stringify(FIRST_PATCH, null, 2),
    label: 'Reported patch',
    onChange() {
      tell('', false)
      void check()
    },
    onSubmit: () => void report(),
  })

  /** @returns `undefined` where the text has changed meanwhile */
  async function check(): Promise<Checked | undefined> {
    const turn = ++checks
    const { text } = editor
    const checked = await read(text)
    if (turn !== checks) return undefined
    const isFault = checked.type === 'fault'
    editor.show(isFault ? checked.fault : undefined)
    says.classList.toggle('fault', isFault)
    setText(says, isFault ? wordsFor(text, checked.fault) : 'null deletes a key; arrays are replaced whole.')
    return checked
  }

  async function read(text: string): Promise<Checked> {
    const parsed = readJson(text)
    if (parsed.type === 'fault') return parsed
    const patch = JSON.parse(text) as JsonValue
    const { offset, length } = parsed.root
    if (!isObject(patch)) {
      return { type: 'fault', fault: { offset, length, message: 'a patch is an object: put it in { }' } }
    }
    const limit = device && (await findPatchFault(device.twin, patch))
    return limit === undefined ? { type: 'patch', patch } : { type: 'fault', fault: locateLimit(parsed.root, limit) }
  }

  async function report(): Promise<void> {
    const checked = await check()
    if (checked?.type === 'fault') return editor.moveTo(checked.fault)
    if (checked === undefined || device === undefined || device.twin.status.type === 'closed') return
    tell(device.twin.status.type === 'ready' ? 'Sent…' : 'Held until there is a connection…', false)
    const { place } = device
    const answer = await device.report(checked.patch)
    tell(wordsForAnswer(answer, place), answer.type === 'failed')
  }

  function tell(text: string, isFault: boolean): void {
    answerSays.classList.toggle('fault', isFault)
    setText(answerSays, text)
  }

  find('patch-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    void report()
  })

  return {
    begin(next) {
      device = next
      tell('', false)
      void check()
    },
    look() {
      button.disabled = device === undefined || device.twin.status.type === 'closed'
    },
    focus: () => editor.focus(),
  }
}

function wordsFor(text: string, { offset, message }: TextFault): string {
  if (text.trim() === '') return 'Write a JSON object.'
  const { line, column } = placeOf(text, offset)
  return `Line ${line}, column ${column}: ${message}.`
}
