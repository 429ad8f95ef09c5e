import type { JsonObject, JsonValue, TwinStatus } from 'hubtwin'
import { sayOpening } from './opening-hours.ts'

/** What the back end may set, and what of it can be shown. */
const FITS: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  message: (value) => typeof value === 'string',
  scheme: (value) => value === 'light' || value === 'dark',
  accent: (value) => typeof value === 'string' && /^#[\da-f]{6}$/i.test(value),
  volume: (value) => Number(value) >= 0 && Number(value) <= 1,
  openingHours: (value) => typeof value === 'object' && !Array.isArray(value),
}

/** The names of what is shown, and of what can't be. */
export function judge(desired: JsonObject): { shown: string[]; refused: string[] } {
  const names = Object.keys(desired).filter((name) => Object.hasOwn(FITS, name))
  const fits = (name: string): boolean => FITS[name]?.(desired[name] as JsonValue) === true
  return { shown: names.filter(fits), refused: names.filter((name) => !fits(name)) }
}

export const find = (id: string): HTMLElement => document.getElementById(id) as HTMLElement
const minutes = { hour: '2-digit', minute: '2-digit' } as const

/** Draws all of it, each second too: the clock goes on, the shop opens, what is shown grows old. */
export function draw(desired: JsonObject, status: TwinStatus, since: number, seenAt: number): void {
  const { shown } = judge(desired)
  const text = (name: string, otherwise: string): string =>
    shown.includes(name) ? (desired[name] as string) : otherwise
  const now = new Date()
  const root = document.documentElement
  root.dataset['scheme'] = text('scheme', 'auto')
  root.style.setProperty('--accent', text('accent', '#0b5cba'))
  find('message').textContent = text('message', 'Welcome')
  find('clock').textContent = now.toLocaleTimeString([], minutes)
  find('opening').textContent = sayOpening(
    shown.includes('openingHours') ? (desired['openingHours'] as JsonObject) : undefined,
    now,
  )

  const error = 'error' in status ? status.error : undefined
  const isWell = status.type === 'ready' && error === undefined
  const isQuiet = isWell && now.getTime() - since > 60 * 60_000
  const isOld = !isWell && seenAt > 0 && now.getTime() - seenAt > 5 * 60_000
  find('mark').dataset['state'] = isQuiet ? 'quiet' : isWell ? 'ready' : 'trouble'
  find('mark').title = error?.message ?? (isWell ? 'Connected' : 'Connecting')
  find('age').textContent = isOld
    ? `as of ${new Date(seenAt).toLocaleString([], { weekday: 'short', ...minutes })}`
    : ''
}

/** A tone at the volume that desired says; nothing where the browser wants a touch first. */
export function chime(volume: JsonValue | undefined): void {
  if (!FITS['volume']?.(volume ?? 0) || !volume) return
  const audio = new AudioContext()
  const gain = new GainNode(audio, { gain: Number(volume) })
  const tone = new OscillatorNode(audio, { frequency: 880 })
  tone.connect(gain).connect(audio.destination)
  tone.addEventListener('ended', () => audio.close())
  tone.start()
  tone.stop(audio.currentTime + 0.2)
}
