import type { TwinStatus } from 'hubtwin'
import type { Answer, DeviceEvent, Report } from '../device.ts'
import { make, setText } from '../dom.ts'
import { byteLength } from '../json-text.ts'
import { duration } from '../page/status-bar.ts'
import { exactTime } from '../time.ts'

export type RowEvent = Exclude<DeviceEvent, { type: 'reported' }>

/** What one event looks like in the time-line: the columns of its row, and all of its payload behind it. */
interface Words {
  readonly sign: string
  readonly name: string
  readonly detail: string
  readonly payload?: unknown
  readonly size?: number
  readonly result: string
}

export function makeRow(event: RowEvent): HTMLLIElement {
  const { sign, name, detail, payload, size, result } = wordsFor(event)
  const now = new Date()
  const time = make('time', 'row-time', exactTime(now))
  time.dateTime = now.toISOString()
  const columns = [
    time,
    make('span', 'row-sign', sign),
    make('span', 'row-name', name),
    make('span', 'row-detail', detail),
    make('span', 'row-size', size === undefined ? '' : `${size} B`),
    make('span', 'row-result', result),
  ]
  const row = make('li', '')
  row.dataset['kind'] = event.type
  if (payload === undefined) row.append(make('div', 'row', ...columns))
  else {
    const summary = make('summary', 'row', ...columns)
    row.append(make('details', '', summary, make('pre', 'row-payload', JSON.stringify(payload, null, 2))))
  }
  if (event.type === 'status') row.dataset['tone'] = event.status.type === 'waiting' ? 'trouble' : 'calm'
  return row
}

/** The answer belongs to the row of its report. */
export function showAnswer(row: HTMLElement, { isHeld }: Report, answer: Answer): void {
  const result = row.querySelector<HTMLElement>('.row-result')
  if (result === null) return
  const took = `${isHeld ? 'after ' : ''}${duration(answer.tookInMs)}`
  setText(result, answer.type === 'taken' ? `${took} → v${answer.version}` : answer.error.message)
  if (answer.type === 'failed') row.dataset['tone'] = 'trouble'
}

function wordsFor(event: RowEvent): Words {
  switch (event.type) {
    case 'status':
      return { sign: '·', ...statusWords(event.status) }
    case 'desired': {
      const { patch, previous, version } = event.change
      const words = payloadWords(patch)
      // The first one is no notification: it was read with the twin.
      if (previous === undefined) return { sign: '←', name: 'desired', ...words, result: `v${version}, read` }
      return { sign: '←', name: 'desired', ...words, result: `v${version}` }
    }
    case 'report': {
      const { patch, isHeld } = event.report
      return { sign: '→', name: 'report', ...payloadWords(patch), result: isHeld ? 'held' : 'sent' }
    }
  }
}

function payloadWords(patch: DesiredPatch): Pick<Words, 'detail' | 'payload' | 'size'> {
  return { detail: JSON.stringify(patch), payload: patch, size: byteLength(patch) }
}

type DesiredPatch = Extract<DeviceEvent, { type: 'desired' }>['change']['patch']

function statusWords(status: TwinStatus): Pick<Words, 'name' | 'detail' | 'result'> {
  switch (status.type) {
    case 'connecting':
      return { name: 'connecting', detail: `attempt ${status.attempt}`, result: '' }
    case 'ready':
      return { name: 'ready', detail: 'subscribed, and the twin is read', result: '' }
    case 'waiting': {
      const { code, message } = status.error
      return { name: 'waiting', detail: `${message} (${code})`, result: `next try in ${duration(status.retryInMs)}` }
    }
    case 'closed':
      return { name: 'closed', detail: status.error?.message ?? 'by this page', result: '' }
  }
}
