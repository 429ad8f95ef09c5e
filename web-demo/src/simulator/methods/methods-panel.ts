import { make } from '../../shared/dom.ts'
import { type CallRow, createCallRow } from './call-row.ts'
import type { MethodDesk } from './method-desk.ts'
import { createRuleForm } from './rule-form.ts'

/** The calls of direct methods, the newest first, and the rules that answer them. */
export interface MethodsPanel {
  readonly element: HTMLElement
  render(): void
}

export function createMethodsPanel(desk: MethodDesk): MethodsPanel {
  const empty = make(
    'p',
    'hint',
    'No call yet. In a terminal: ',
    make('code', '', 'npm run service -- call-method device1 reboot'),
  )
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
    ' itself. A rule comes before it. All other calls wait for you, for 30 s.',
  )
  return { element: make('div', 'panel-group', hint, empty, list, rules.element), render }
}
