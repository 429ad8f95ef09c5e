import { find, make, setText } from '../shared/dom.ts'
import { degrees } from '../shared/device-model/chart-words.ts'
import { firmwareStatuses, type Totals } from './totals.ts'

/** The row of totals above the table. */
export interface TotalsView {
  render(totals: Totals, reportsPerSecond: number, messagesPerSecond: number): void
}

export function createTotalsView(): TotalsView {
  const list = find('totals', HTMLDListElement)

  function add(label: string): HTMLElement {
    const value = make('dd', '')
    list.append(make('div', 'fleet-total', make('dt', '', label), value))
    return value
  }

  const connected = add('connected')
  const rate = add('reports per second')
  const messages = add('messages per second')
  const mean = add('mean temperature')
  const firmware = firmwareStatuses.map((status) => [status, add(`firmware ${status}`)] as const)

  return {
    render(totals, reportsPerSecond, messagesPerSecond) {
      const away = totals.waiting === 0 ? '' : `, ${totals.waiting} failed`
      setText(connected, `${totals.connected} of ${totals.count}${away}`)
      setText(rate, reportsPerSecond.toFixed(1))
      setText(messages, messagesPerSecond.toFixed(1))
      setText(mean, totals.meanTemperature === undefined ? '—' : degrees(totals.meanTemperature))
      for (const [status, value] of firmware) setText(value, String(totals.firmware[status]))
    },
  }
}
