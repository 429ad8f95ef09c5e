import type { SampleSubject } from 'hubtwin-page-kit/sample-subject'
import { make, setText } from '../../shared/dom.ts'
import { makeCopyAs } from '../share/copy-as.ts'
import { hubOf, type SampleDevice, targetOf } from '../share/sample-subject.ts'
import { type CallRow, createCallRow } from './call-row.ts'
import type { MethodDesk } from './method-desk.ts'
import { createRuleForm } from './rule-form.ts'

/** The calls of direct methods, the newest first, and the rules that answer them. */
export interface MethodsPanel {
  readonly element: HTMLElement
  render(): void
}

/** @param device the device now; `undefined` before the first */
export function createMethodsPanel(desk: MethodDesk, device: () => SampleDevice | undefined): MethodsPanel {
  const command = make('code', '')
  const empty = make('p', 'hint', 'No call yet. In a terminal: ', command)
  const list = make('ol', 'panel-list')
  list.ariaLabel = 'Calls'
  const rules = createRuleForm(desk)
  const rows = new Map<number, CallRow>()

  function render(): void {
    const ids = new Set(desk.calls.map(({ id }) => id))
    for (const [id, { element }] of rows) {
      if (ids.has(id)) continue
      element.remove()
      rows.delete(id)
    }
    for (const call of desk.calls) {
      const row = rows.get(call.id)
      if (row !== undefined) {
        row.render(call)
        continue
      }
      const created = createCallRow(desk, call)
      rows.set(call.id, created)
      list.prepend(created.element)
    }
    empty.hidden = desk.calls.length > 0
    setText(command, `npm run service -- call-method ${idsOf(device())} reboot`)
    rules.render()
  }

  render()
  const hint = make(
    'p',
    'hint',
    'The thermostat answers ',
    make('code', '', 'reboot'),
    ' and ',
    make('code', '', 'reload'),
    ' itself. A rule has priority over it. All other calls wait up to 30 s for you.',
  )
  const copy = makeCopyAs(
    'method',
    () => subjectOf(desk, device()),
    () => hubOf(device()),
    'Copy the call as',
  )
  return { element: make('div', 'panel-group', hint, empty, list, copy, rules.element), render }
}

/** The newest call, or a sample call. */
function subjectOf({ calls }: MethodDesk, device: SampleDevice | undefined): SampleSubject | undefined {
  if (device === undefined) return undefined
  const target = targetOf(device)
  const call = calls.at(-1)
  if (call === undefined) return { type: 'method', target, name: 'reboot' }
  const { name, payload, state } = call
  return {
    type: 'method',
    target,
    name,
    payload,
    response: state.type === 'answered' ? { status: state.status } : undefined,
  }
}

/** The device, and the module if there is one, as the command line takes them. */
function idsOf(device: SampleDevice | undefined): string {
  if (device === undefined) return 'device1'
  const { deviceId, moduleId } = targetOf(device)
  return moduleId === undefined ? deviceId : `${deviceId} --module ${moduleId}`
}
