import type { JsonObject, TwinStatus } from 'hubtwin/light'
import * as v from 'valibot'
import { find, setText } from '../shared/dom.ts'
import { MINUTES, openingHours, sayOpening } from './opening-hours.ts'

/** What the back end may set, by the names of the desired properties. */
const SETTINGS = v.object({
  message: v.optional(v.string(), 'Welcome'),
  theme: v.optional(v.picklist(['light', 'dark'])),
  accent: v.optional(v.pipe(v.string(), v.regex(/^#[\da-f]{6}$/i)), '#0b5cba'),
  volume: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0),
  openingHours: v.optional(openingHours),
})

/** What of it can be shown, and the names of what can't. */
export function judge(desired: JsonObject): { settings: v.InferOutput<typeof SETTINGS>; refused: string[] } {
  const refused = new Set(v.safeParse(SETTINGS, desired).issues?.map(({ path }) => String(path?.[0].key)))
  const others = Object.entries(desired).filter(([name]) => !refused.has(name))
  return { settings: v.parse(SETTINGS, Object.fromEntries(others)), refused: [...refused] }
}

export const write = (id: string, text: string): void => setText(find(id, HTMLElement), text)

/** Each second too: the clock goes on, the shop opens, what was seen (`seenAt`, milliseconds since 1970) grows old. */
export function draw(desired: JsonObject, status: TwinStatus | undefined, seenAt: number): void {
  const { message, theme = 'auto', accent, volume, openingHours: hours } = judge(desired).settings
  const now = new Date()
  document.documentElement.dataset['theme'] = theme
  document.documentElement.style.setProperty('--accent', accent)
  find('chime', HTMLAudioElement).volume = volume
  find('message', HTMLElement).dataset['length'] = message.length > 160 ? 'long' : message.length > 40 ? 'medium' : ''
  write('message', message)
  write('opening', hours ? sayOpening(hours, now) : '')
  write('clock', now.toLocaleTimeString([], MINUTES))
  write('date', now.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' }))
  const error = status && 'error' in status ? status.error : undefined
  const isReady = status?.type === 'ready'
  find('mark', HTMLElement).dataset['state'] = isReady && error === undefined ? 'ready' : 'trouble'
  write('state', error?.message ?? (isReady ? 'Connected' : status ? 'Connecting' : 'Not enrolled yet'))
  // At once where this page has never been in step, and else once it would matter.
  const isOld = !isReady && seenAt > 0 && seenAt < Math.max(performance.timeOrigin, now.getTime() - 5 * 60_000)
  write('age', isOld ? `as of ${new Date(seenAt).toLocaleString([], { weekday: 'short', ...MINUTES })}` : '')
}
