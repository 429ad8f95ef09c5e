import { make, setText } from '../../shared/dom.ts'
import type { MethodDesk, Rule } from './method-desk.ts'
import { createResponseFields } from './response-fields.ts'

/** The rules, and the form that adds one. */
export interface RuleForm {
  readonly element: HTMLElement
  render(): void
}

const MAX_DELAY_IN_S = 600

export function createRuleForm(desk: MethodDesk): RuleForm {
  const { name, outcome, delay } = createInputs()
  const fields = createResponseFields()
  const save = make('button', '', 'Save rule')
  const problem = make('p', 'problem')
  problem.role = 'status'
  const list = make('ul', 'panel-list')
  list.ariaLabel = 'Rules'
  const form = make(
    'form',
    'panel-group',
    make(
      'p',
      'panel-actions',
      make('label', 'panel-field', 'Method ', name),
      make('label', 'panel-field', 'Then ', outcome),
    ),
    make(
      'p',
      'panel-actions',
      fields.status,
      fields.payload,
      make('label', 'panel-field', 'After ', delay, ' s'),
      save,
    ),
    problem,
  )
  form.noValidate = true

  function showFields(): void {
    fields.status.hidden = fields.payload.hidden = outcome.value !== 'respond'
    delay.disabled = outcome.value === 'ignore'
  }

  function readRule(): Rule | undefined {
    const delayInMs = Number(delay.value) * 1000
    if (!(delayInMs >= 0 && delayInMs <= MAX_DELAY_IN_S * 1000)) {
      setText(problem, `The delay is “${delay.value}”; expected 0 to ${MAX_DELAY_IN_S} seconds.`)
      return undefined
    }
    setText(problem, '')
    if (outcome.value !== 'respond') return { type: outcome.value === 'fail' ? 'fail' : 'ignore', delayInMs }
    const response = fields.read(problem)
    return response && { type: 'respond', delayInMs, ...response }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const method = name.value.trim()
    name.setAttribute('aria-invalid', String(method === ''))
    if (method === '') return setText(problem, 'The method has no name.')
    const rule = readRule()
    if (rule !== undefined) desk.setRule(method, rule)
  })
  outcome.addEventListener('change', showFields)
  showFields()

  return {
    element: make('div', 'panel-group', make('h4', 'panel-title', 'Rules'), list, form),
    render() {
      list.replaceChildren(...[...desk.rules].map(([method, rule]) => makeRule(desk, method, rule)))
    },
  }
}

function makeRule(desk: MethodDesk, method: string, rule: Rule): HTMLLIElement {
  const remove = make('button', 'quiet', 'Remove')
  remove.type = 'button'
  remove.ariaLabel = `Remove the rule for ${method}`
  remove.addEventListener('click', () => desk.setRule(method, undefined))
  return make('li', 'panel-line', make('code', '', method), make('span', 'muted', describe(rule)), remove)
}

function describe(rule: Rule): string {
  const after = rule.delayInMs > 0 ? ` after ${rule.delayInMs / 1000} s` : ''
  switch (rule.type) {
    case 'respond':
      return `${rule.status}${after}`
    case 'fail':
      return `fails with 500${after}`
    case 'ignore':
      return 'gets no response'
  }
}

function option(value: string, words: string): HTMLOptionElement {
  const made = make('option', '', words)
  made.value = value
  return made
}

interface Inputs {
  readonly name: HTMLInputElement
  readonly outcome: HTMLSelectElement
  readonly delay: HTMLInputElement
}

function createInputs(): Inputs {
  const name = make('input', 'panel-json')
  Object.assign(name, {
    placeholder: 'getMaxMinReport',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: false,
  })
  const outcome = make(
    'select',
    '',
    option('respond', 'respond'),
    option('fail', 'fail with 500'),
    option('ignore', 'never answer'),
  )
  const delay = make('input', 'panel-number')
  Object.assign(delay, {
    type: 'number',
    min: '0',
    max: String(MAX_DELAY_IN_S),
    step: 'any',
    value: '0',
    autocomplete: 'off',
  })
  return { name, outcome, delay }
}
