import { checkPatch, type JsonObject } from 'hubtwin/light'
import { describeProblem } from 'hubtwin-page-kit/json-text'
import { type PatchText, readPatch } from 'hubtwin-page-kit/patch-text'
import type { SampleSubject } from 'hubtwin-page-kit/sample-subject'
import { makeCopyAs } from '../share/copy-as.ts'
import { hubOf, targetOf } from '../share/sample-subject.ts'
import { find, setText } from '../../shared/dom.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import { type IsOverwritten, OVERWRITTEN } from './overwritten.ts'
import { describeResult, describeSending } from './report-result.ts'

/** The thermostat does not report the humidity, so it does not overwrite this patch. */
const FIRST_PATCH = { climate: { humidity: 45 } }

/** An editor for the patch to report. It marks problems while you type. */
export interface PatchEditor {
  attach(device: SimulatedDevice): void
  /** Call this when the connection changes. */
  refresh(): void
  focus(): void
}

export async function createPatchEditor(isOverwritten: IsOverwritten): Promise<PatchEditor> {
  const hint = find('patch-hint', HTMLElement)
  const result = find('report-result', HTMLElement)
  const button = find('report', HTMLButtonElement)
  const text = JSON.stringify(FIRST_PATCH, null, 2)
  let device: SimulatedDevice | undefined
  let parsed: PatchText
  const { createCodeEditor } = await import('hubtwin-page-kit/code-editor')
  const editor = createCodeEditor(find('patch-editor', HTMLElement), {
    text,
    label: 'Reported patch',
    onChange(changed) {
      showResult('', false)
      parse(changed)
    },
    onSubmit: () => void report(),
  })
  parse(text)

  function parse(changed: string): void {
    parsed = readPatch(changed, checkPatch)
    const problem = parsed.type === 'problem' ? parsed.problem : undefined
    editor.showProblem(problem)
    hint.classList.toggle('problem', problem !== undefined)
    if (problem !== undefined) return setText(hint, describeProblem(changed, problem))
    const isVain = parsed.type === 'patch' && isOverwritten(parsed.patch as JsonObject)
    setText(hint, isVain ? OVERWRITTEN : 'null deletes a key. An array replaces the whole array.')
  }

  async function report(): Promise<void> {
    if (parsed.type === 'problem') return editor.select(parsed.problem)
    if (device === undefined || device.twin.status.type === 'closed') return
    const { place } = device
    showResult(describeSending(device), false)
    const reported = await device.report(parsed.patch as JsonObject)
    showResult(describeResult(reported, place), reported.type === 'failed')
  }

  function showResult(words: string, isProblem: boolean): void {
    result.classList.toggle('problem', isProblem)
    setText(result, words)
  }

  const sample = (): SampleSubject | undefined =>
    device === undefined || parsed.type === 'problem'
      ? undefined
      : { type: 'report', target: targetOf(device), patch: parsed.patch }
  find('patch-copy', HTMLElement).append(makeCopyAs('report', sample, () => hubOf(device)))

  find('patch-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    void report()
  })

  return {
    attach(next) {
      device = next
      showResult('', false)
    },
    refresh() {
      button.disabled = device === undefined || device.twin.status.type === 'closed'
    },
    focus: () => editor.focus(),
  }
}
