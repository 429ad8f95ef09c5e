import type { JsonObject, TwinStatus } from 'hubtwin/light'
import * as v from 'valibot'
import { find, setText } from '../shared/dom.ts'
import { MINUTES, openingHours, describeOpening } from './opening-hours.ts'

/** The desired properties of a kiosk. */
const settingsSchema = v.object({
  message: v.optional(v.string(), 'Welcome'),
  theme: v.optional(v.picklist(['light', 'dark'])),
  accent: v.optional(v.pipe(v.string(), v.regex(/^#[\da-f]{6}$/i)), '#0b5cba'),
  volume: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0),
  openingHours: v.optional(openingHours),
  heartbeatInSeconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(86_400)), 60),
})

export type Settings = v.InferOutput<typeof settingsSchema>

export const SETTING_NAMES = Object.keys(settingsSchema.entries) as readonly (keyof Settings)[]

/** Reads the valid settings, and collects the problems of invalid settings by name. */
export function readSettings(desired: JsonObject): {
  readonly settings: Settings
  readonly problems: Readonly<Record<string, string>>
} {
  const issues = v.safeParse(settingsSchema, desired).issues ?? []
  const problems = Object.fromEntries(issues.map(({ path, message }) => [String(path?.[0].key), message]))
  const others = Object.entries(desired).filter(([name]) => problems[name] === undefined)
  return { settings: v.parse(settingsSchema, Object.fromEntries(others)), problems }
}

export const write = (id: string, text: string): void => setText(find(id, HTMLElement), text)

/**
 * Also call this once a second, for the clock, the opening hours, and the age of the message.
 *
 * @param seenAt when the hub last confirmed `desired`, in milliseconds since 1970
 */
export function render(desired: JsonObject, status: TwinStatus | undefined, seenAt: number): void {
  const { message, theme = 'auto', accent, volume, openingHours: hours } = readSettings(desired).settings
  const now = new Date()
  document.documentElement.dataset['theme'] = theme
  document.documentElement.style.setProperty('--accent', accent)
  find('chime', HTMLAudioElement).volume = volume
  find('message', HTMLElement).dataset['length'] = message.length > 160 ? 'long' : message.length > 40 ? 'medium' : ''
  write('message', message)
  write('opening', hours ? describeOpening(hours, now) : '')
  write('clock', now.toLocaleTimeString([], MINUTES))
  write('date', now.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' }))
  const error = status && 'error' in status ? status.error : undefined
  const isReady = status?.type === 'ready'
  find('mark', HTMLElement).dataset['state'] = isReady && error === undefined ? 'ready' : 'trouble'
  write('state', error?.message ?? (isReady ? 'Connected' : status ? 'Connecting' : 'Not enrolled yet'))
  // Immediately after a start without a network, otherwise after five minutes.
  const isOld = !isReady && seenAt > 0 && seenAt < Math.max(performance.timeOrigin, now.getTime() - 5 * 60_000)
  write('age', isOld ? `as of ${new Date(seenAt).toLocaleString([], { weekday: 'short', ...MINUTES })}` : '')
}
