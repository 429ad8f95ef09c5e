import * as v from 'valibot'

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export const MINUTES = { hour: 'numeric', minute: '2-digit' } as const
const SPAN = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/

/**
 * `{ "mon": "09:00-18:00", "fri": "18:00-02:00" }` in the time zone of this machine. A missing day
 * is closed.
 */
export const openingHours = v.record(v.picklist(DAYS), v.pipe(v.string(), v.regex(SPAN)))

export function describeOpening(hours: v.InferOutput<typeof openingHours>, now: Date): string {
  // From yesterday, whose hours may last past midnight, to the same day next week.
  const spans = [-1, 0, 1, 2, 3, 4, 5, 6, 7].flatMap((days) => {
    const at = (time: string, more = 0): number =>
      new Date(now).setHours(24 * (days + more) + Number(time.slice(0, 2)), Number(time.slice(3)), 0, 0)
    const [from, to] = hours[DAYS[(now.getDay() + days + 7) % 7] ?? 'sun']?.split('-') ?? []
    return from && to ? [{ from: at(from), to: at(to, to > from ? 0 : 1) }] : []
  })
  const open = spans.find(({ from, to }) => from <= now.getTime() && now.getTime() < to)
  if (open !== undefined) return `Open until ${new Date(open.to).toLocaleTimeString([], MINUTES)}`
  const next = spans.find(({ from }) => from > now.getTime())
  return next ? `Closed, opens ${new Date(next.from).toLocaleString([], { weekday: 'long', ...MINUTES })}` : 'Closed'
}
