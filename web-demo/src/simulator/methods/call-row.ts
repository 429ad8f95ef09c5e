import { exactTime, roundTrip } from 'hubtwin-page-kit/time'
import { make, setText } from '../../shared/dom.ts'
import { textOf } from '../../shared/json-value.ts'
import type { DeskCall, MethodDesk } from './method-desk.ts'
import { createResponseFields } from './response-fields.ts'

/** A call on screen, with a form while it waits for a response by hand. */
export interface CallRow {
  readonly element: HTMLLIElement
  render(call: DeskCall): void
}

export function createCallRow(desk: MethodDesk, first: DeskCall): CallRow {
  const { id, name, payload, at } = first
  const state = make('span', 'panel-state')
  const time = make('time', 'muted', exactTime(at))
  time.dateTime = new Date(at).toISOString()
  const head = make('p', 'panel-line', time, make('code', '', name), state)
  const body = payload === undefined ? '' : make('pre', 'panel-payload', textOf(payload))
  const element = make('li', 'panel-item', head, body)
  let form: HTMLFormElement | undefined

  function render(call: DeskCall): void {
    const isWaiting = call.state.type === 'waiting'
    if (isWaiting && form === undefined) {
      form = createAnswerForm(desk, id, name)
      element.append(form)
    }
    if (!isWaiting) {
      form?.remove()
      form = undefined
    }
    state.dataset['type'] = call.state.type
    setText(state, describe(call))
  }

  render(first)
  return { element, render }
}

function createAnswerForm(desk: MethodDesk, id: number, name: string): HTMLFormElement {
  const fields = createResponseFields()
  const problem = make('p', 'problem')
  problem.role = 'status'
  const form = make(
    'form',
    'panel-group',
    make('p', 'panel-actions', fields.status, fields.payload, make('button', 'primary', 'Answer')),
    problem,
  )
  form.ariaLabel = `Answer to ${name}`
  form.noValidate = true
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const response = fields.read(problem)
    if (response !== undefined) desk.answer(id, response)
  })
  return form
}

function describe({ at, state }: DeskCall): string {
  switch (state.type) {
    case 'waiting':
      return 'waits for your answer'
    case 'running':
      return state.by === 'rule' ? 'waits for its rule' : 'runs'
    case 'answered':
      return `answered ${state.status} in ${roundTrip(state.at - at)}`
    case 'failed':
      return `answered 500: ${state.reason}`
    case 'late':
      return `too late: ${state.reason}`
  }
}
