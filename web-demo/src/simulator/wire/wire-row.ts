import { exactTime, roundTrip } from 'hubtwin-page-kit/time'
import { make } from '../../shared/dom.ts'
import { utf8Length } from '../../shared/json-value.ts'
import type { WireEntry } from './wire-entry.ts'

const SIGNS = { out: '→', in: '←', none: '·' } as const
const SPOKEN = { out: 'sent', in: 'received', none: '' } as const

/** More characters of a payload than a wide screen has room for. */
const MAX_SHOWN = 400

export type MakeExtra = (entry: WireEntry) => HTMLElement | undefined

/** A row of columns. A row with a topic opens; its content is created when you first open it. */
export function makeRow(entry: WireEntry, isOpen: boolean, makeExtra: MakeExtra): HTMLLIElement {
  const row = make('li', '')
  row.dataset['name'] = entry.name
  if (entry.isTrouble) row.dataset['tone'] = 'trouble'
  const columns = columnsOf(entry)
  if (entry.topic === undefined && entry.steps === undefined) {
    row.append(make('div', 'wire-row', ...columns))
    return row
  }
  const details = make('details', '', make('summary', 'wire-row', ...columns))
  details.addEventListener('toggle', () => {
    if (!details.open) return
    if (details.children.length === 1) details.append(makeContent(entry, makeExtra))
    details.lastElementChild?.scrollIntoView({ block: 'nearest' })
  })
  details.open = isOpen
  row.append(details)
  return row
}

function columnsOf(entry: WireEntry): HTMLElement[] {
  const { at, direction, name, topic, payload, detail, version, answer } = entry
  const time = make('time', 'wire-time', exactTime(at))
  time.dateTime = new Date(at).toISOString()
  const size = sizeOf(entry)
  const sign = make('span', 'wire-sign', SIGNS[direction])
  sign.ariaHidden = 'true'
  return [
    time,
    sign,
    make('span', 'wire-name', make('span', 'visually-hidden', `${SPOKEN[direction]} `), name),
    make('span', 'wire-topic muted', topic?.replace(/^(?:\$iothub\/twin\/|devices\/[^/]+\/)/, '') ?? ''),
    make('span', 'wire-payload', (payload || answer?.payload || detail || '').slice(0, MAX_SHOWN)),
    make('span', 'wire-version', version === undefined ? '' : `v${version}`),
    make('span', 'wire-size muted', size === 0 ? '' : `${size} B`),
    make('span', 'wire-took', answer === undefined ? '' : roundTrip(answer.at - at)),
    make('span', 'wire-answer', answer?.text ?? ''),
  ]
}

/** The bytes of the payload and of the response's payload. */
export function sizeOf({ payload, answer }: WireEntry): number {
  return utf8Length(payload ?? '') + utf8Length(answer?.payload ?? '')
}

function makeContent(entry: WireEntry, makeExtra: MakeExtra): HTMLElement {
  const { topic, payload, answer, steps } = entry
  if (steps !== undefined) return make('div', 'wire-inside wire-steps', ...steps.map(makeStep))
  return make(
    'div',
    'wire-inside',
    ...message('', topic, payload),
    ...message('response', answer?.topic, answer?.payload),
    makeExtra(entry) ?? '',
  )
}

/** A line of a failed attempt. */
function makeStep(step: WireEntry): HTMLElement {
  const { at, direction, name, detail = '', answer } = step
  const line = make('p', '', `${exactTime(at)} ${SIGNS[direction]} ${name} ${detail}`.trimEnd())
  if (answer !== undefined) line.append(` ${answer.text}, ${roundTrip(answer.at - at)}`)
  return line
}

function message(label: string, topic = '', payload = ''): HTMLElement[] {
  if (topic === '') return []
  const head = make('p', 'wire-inside-topic', label === '' ? '' : make('span', 'muted', `${label} `), topic)
  const size = make('span', 'muted', payload === '' ? ' no payload' : ` ${utf8Length(payload)} B`)
  head.append(size)
  return payload === '' ? [head] : [head, make('pre', '', pretty(payload))]
}

function pretty(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2)
  } catch {
    return payload
  }
}
