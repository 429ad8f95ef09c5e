import type { JsonObject, TwinStatus } from 'hubtwin'
import * as v from 'valibot'
import { openingHours, sayOpening } from './opening-hours.ts'

/** What the back end may set, by the names of the desired properties. */
const SETTINGS = v.partial(
  v.object({
    message: v.string(),
    theme: v.picklist(['light', 'dark']),
    accent: v.pipe(v.string(), v.regex(/^#[\da-f]{6}$/i)),
    volume: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    openingHours,
  }),
)

/** What of it can be shown, and the names of what can't. */
export function judge(desired: JsonObject): { shown: v.InferOutput<typeof SETTINGS>; refused: string[] } {
  const refused = new Set(v.safeParse(SETTINGS, desired).issues?.map(({ path }) => String(path?.[0].key)))
  const others = Object.entries(desired).filter(([name]) => !refused.has(name))
  return { shown: v.parse(SETTINGS, Object.fromEntries(others)), refused: [...refused] }
}

export const find = (id: string): HTMLElement => document.getElementById(id) as HTMLElement
const MINUTES = { hour: 'numeric', minute: '2-digit' } as const

/** What stays as it is, is left alone: a screen reader would say it again. */
export function write(id: string, text: string): void {
  if (find(id).textContent !== text) find(id).textContent = text
}

/** Each second too: the clock goes on, the shop opens, what was seen (`seenAt`, milliseconds since 1970) grows old. */
export function draw(desired: JsonObject, status: TwinStatus | undefined, seenAt: number): void {
  const { message = 'Welcome', theme = 'auto', accent = '#0b5cba', openingHours: hours } = judge(desired).shown
  const now = new Date()
  document.documentElement.dataset['theme'] = theme
  document.documentElement.style.setProperty('--accent', accent)
  find('message').dataset['length'] = message.length > 160 ? 'long' : message.length > 40 ? 'medium' : 'short'
  write('message', message)
  write('opening', hours ? sayOpening(hours, now) : '')
  write('clock', now.toLocaleTimeString([], MINUTES))
  write('date', now.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' }))

  const error = status && 'error' in status ? status.error : undefined
  const isReady = status?.type === 'ready'
  find('mark').dataset['state'] = isReady && error === undefined ? 'ready' : 'trouble'
  write('state', error?.message ?? (isReady ? 'Connected' : status ? 'Connecting' : 'Not enrolled yet'))
  // At once where this page has never been in step, and else once it would matter.
  const isOld = !isReady && seenAt < Math.max(performance.timeOrigin, now.getTime() - 5 * 60_000)
  const seen = new Date(seenAt).toLocaleString([], { weekday: 'short', ...MINUTES })
  write('age', isOld && seenAt > 0 ? `as of ${seen}` : '')
}
