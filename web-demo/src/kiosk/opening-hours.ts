import type { JsonObject } from 'hubtwin'

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const SPAN = /^"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)"$/

/** @param hours `{ "mon": "09:00-18:00", "fri": "18:00-02:00" }` by this machine's clock; a day that is not there is closed */
export function sayOpening(hours: JsonObject | undefined, now: Date): string {
  if (hours === undefined) return ''
  const [year, month, date] = [now.getFullYear(), now.getMonth(), now.getDate()]
  // From yesterday, as a night may go on, to this day next week.
  const spans = [-1, 0, 1, 2, 3, 4, 5, 6, 7].flatMap((days) => {
    const name = DAYS[new Date(year, month, date + days).getDay()] ?? ''
    const [, h1, m1, h2, m2] = SPAN.exec(JSON.stringify(hours[name] ?? ''))?.map(Number) ?? []
    const at = (more: number, h = 0, m = 0): Date => new Date(year, month, date + days + more, h, m)
    if (h1 === undefined) return []
    return [{ from: at(0, h1, m1), to: at(0, h2, m2) > at(0, h1, m1) ? at(0, h2, m2) : at(1, h2, m2) }]
  })
  const time = (of: Date): string => of.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  const open = spans.find(({ from, to }) => from <= now && now < to)
  if (open !== undefined) return `Open until ${time(open.to)}`
  const next = spans.find(({ from }) => from > now)?.from
  if (next === undefined) return 'Closed'
  const day = next.getDate() === date ? '' : `${next.toLocaleDateString([], { weekday: 'long' })} `
  return `Closed, opens ${day}${time(next)}`
}
