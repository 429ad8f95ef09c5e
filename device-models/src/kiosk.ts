import type { JsonObject, JsonValue } from 'hubtwin'
import { isObject, own } from './json.ts'
import type { ModelProperties } from './properties.ts'
import { applySetting, ownSetting, type Setting, type WritableProperty } from './setting.ts'

/** The screen of a kiosk (docs/guides/kiosk.md). Immutable. */
export interface Kiosk {
  /** The desired `$version` on the screen. */
  readonly version: number
  /** The kiosk's acknowledgments of its properties. It ignores other properties in `desired`. */
  readonly settings: Readonly<Record<string, Setting<JsonValue>>>
}

const COLOR = /^#[\da-f]{6}$/i

const WRITABLE: readonly WritableProperty<JsonValue>[] = [
  property('message', 'Welcome', 'a string', (value) => typeof value === 'string'),
  property('theme', null, 'light or dark', (value) => value === 'light' || value === 'dark'),
  property('accent', '#0b5cba', 'a color, #rrggbb', (value) => typeof value === 'string' && COLOR.test(value)),
  property('volume', 0, 'a number from 0 to 1', (value) => isBetween(value, 0, 1)),
  property('openingHours', null, 'an object', isObject),
  property('heartbeatInSeconds', 60, 'a number from 0 to 86400', (value) => isBetween(value, 0, 86_400)),
]

/** @param version the desired `$version` */
export function showDesired(desired: JsonObject, version: number): Kiosk {
  const settings = WRITABLE.map((writable) => {
    const { name } = writable.property
    return [name, applySetting(writable, ownSetting(writable), own(desired, name), version)]
  })
  return { version, settings: Object.fromEntries(settings) as Kiosk['settings'] }
}

/**
 * Returns what the kiosk reports. `kiosk.refused` names the invalid properties, so that a query
 * finds the kiosks with a problem.
 */
export function kioskProperties({ version, settings }: Kiosk): ModelProperties {
  const refused = Object.keys(settings).filter((name) => settings[name]?.ac === 400)
  return { writable: settings, readOnly: { kiosk: { version, refused } } }
}

function property(
  name: string,
  ownValue: JsonValue,
  expected: string,
  isValid: (value: JsonValue) => boolean,
): WritableProperty<JsonValue> {
  return { property: { name }, ownValue, expected, isValid: (value): value is JsonValue => isValid(value) }
}

function isBetween(value: JsonValue, min: number, max: number): boolean {
  return typeof value === 'number' && value >= min && value <= max
}
