import { find, make, setText } from '../shared/dom.ts'
import { degrees } from '../shared/device-model/chart-words.ts'
import { type FirmwareStatus, FIRMWARE_STATUSES, type Totals } from './totals.ts'

/** Devices before their first sync. */
const UNKNOWN = 'not synced'

/** The totals above the table, and a bar with the shares of the firmware states. */
export interface TotalsView {
  render(totals: Totals, reportsPerSecond: number, messagesPerSecond: number): void
}

export function createTotalsView(): TotalsView {
  const list = find('totals', HTMLDListElement)

  /** @param status of the segment that the total explains */
  function add(label: string, status?: FirmwareStatus): HTMLElement {
    const value = make('dd', '')
    const term = make('dt', '')
    if (status !== undefined) {
      const swatch = make('span', 'fleet-segment')
      swatch.dataset['status'] = status
      term.append(swatch)
    }
    term.append(make('span', '', label))
    list.append(make('div', 'fleet-total', term, value))
    return value
  }

  const connected = add('connected')
  const rate = add('reports per second')
  const messages = add('messages per second')
  const mean = add('mean temperature')
  const firmware = FIRMWARE_STATUSES.map((status) => [status, add(`firmware ${status}`, status)] as const)
  const bar = find('states', HTMLElement)
  const segments = ([...FIRMWARE_STATUSES, UNKNOWN] as const).map((status) => {
    const segment = make('span', 'fleet-segment')
    segment.dataset['status'] = status
    bar.append(segment)
    return [status, segment] as const
  })

  return {
    render(totals, reportsPerSecond, messagesPerSecond) {
      const away = totals.waiting === 0 ? '' : `, ${totals.waiting} failed`
      setText(connected, `${totals.connected} of ${totals.count}${away}`)
      setText(rate, reportsPerSecond.toFixed(1))
      setText(messages, messagesPerSecond.toFixed(1))
      setText(mean, totals.meanTemperature === undefined ? '—' : degrees(totals.meanTemperature))
      for (const [status, value] of firmware) setText(value, String(totals.firmware[status]))
      const known = FIRMWARE_STATUSES.reduce((sum, status) => sum + totals.firmware[status], 0)
      const counts = { ...totals.firmware, [UNKNOWN]: totals.count - known }
      for (const [status, segment] of segments) segment.style.flexGrow = String(counts[status])
      bar.ariaLabel = segments
        .flatMap(([status]) => (counts[status] > 0 ? [`${counts[status]} ${status}`] : []))
        .join(', ')
    },
  }
}
