import { make } from '../../shared/dom.ts'
import { PLACEHOLDERS } from './template.ts'

/** The elements of the telemetry panel. */
export interface TelemetryForm {
  readonly element: HTMLFormElement
  readonly source: HTMLSelectElement
  readonly template: HTMLTextAreaElement
  readonly every: HTMLInputElement
  readonly once: HTMLButtonElement
  readonly start: HTMLButtonElement
  readonly problem: HTMLElement
  readonly counts: HTMLElement
  /** The place for the buttons that copy a message as code. */
  readonly copy: HTMLElement
}

/** The measurements of the thermostat. */
export const MODEL_TEMPLATE = '{ "temperature": {{temperature}}, "target": {{target}} }'

const FIRST_TEMPLATE = `{
  "temperature": {{temperature}},
  "humidity": {{random 40 60}},
  "n": {{counter}},
  "at": "{{now}}"
}`

/** @param plot shows the sent messages */
export function createTelemetryForm(plot: HTMLElement): TelemetryForm {
  const source = make('select', '', option('model', 'the thermostat'), option('template', 'a template'))
  const template = make('textarea', 'panel-text')
  template.value = FIRST_TEMPLATE
  template.rows = 6
  template.spellcheck = false
  template.ariaLabel = 'Template'
  const every = make('input', 'panel-number')
  Object.assign(every, { type: 'number', min: '0.1', max: '3600', step: 'any', value: '5', autocomplete: 'off' })
  const [once, start] = [button('Send once'), button('Start')]
  once.classList.add('primary')
  const problem = make('p', 'problem')
  problem.role = 'status'
  problem.id = 'telemetry-problem'
  for (const field of [template, every]) field.setAttribute('aria-describedby', problem.id)
  const counts = make('p', 'hint')
  const copy = make('div', '')
  const placeholders = make('p', 'hint', 'Placeholders: ')
  for (const name of PLACEHOLDERS) placeholders.append(make('code', '', `{{${name}}}`), ' ')
  const ofTemplate = make('div', 'panel-group', template, placeholders)
  const showSource = (): void => {
    ofTemplate.hidden = source.value === 'model'
  }
  source.addEventListener('change', showSource)
  showSource()
  const element = make(
    'form',
    'panel-group',
    make('label', 'panel-field', 'From ', source),
    ofTemplate,
    make('p', 'panel-actions', once, make('label', 'panel-field', 'Every ', every, ' s'), start),
    problem,
    counts,
    copy,
    plot,
  )
  element.noValidate = true
  return { element, source, template, every, once, start, problem, counts, copy }
}

function option(value: string, words: string): HTMLOptionElement {
  const made = make('option', '', words)
  made.value = value
  return made
}

function button(words: string): HTMLButtonElement {
  const made = make('button', '', words)
  made.type = 'button'
  return made
}
