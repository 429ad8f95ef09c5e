import type { JsonObject, JsonValue } from 'hubtwin'
import { isObject } from './json.ts'

/** The screen of a kiosk (docs/guides/kiosk.md). Immutable. */
export interface Kiosk {
  /** The desired `$version` on the screen. */
  readonly version: number
  /** The names of the properties with invalid values; the kiosk shows their defaults. */
  readonly refused: readonly string[]
}

/** The kiosk's keys in `desired`; it ignores others. */
const IS_VALID: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  message: (value) => typeof value === 'string',
  theme: (value) => value === 'light' || value === 'dark',
  accent: (value) => typeof value === 'string' && /^#[\da-f]{6}$/i.test(value),
  volume: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  openingHours: isObject,
  heartbeatInSeconds: (value) => typeof value === 'number' && value >= 0 && value <= 86_400,
}

/** @param version the desired `$version` */
export function showDesired(desired: JsonObject, version: number): Kiosk {
  const refused = Object.entries(desired).filter(([name, value]) => {
    const isValid = Object.hasOwn(IS_VALID, name) ? IS_VALID[name] : undefined
    return isValid !== undefined && !isValid(value)
  })
  return { version, refused: refused.map(([name]) => name) }
}

/** Returns `reported.kiosk`. */
export function reportedKiosk({ version, refused }: Kiosk): JsonObject {
  return { version, refused: [...refused] }
}
