import type { JsonObject, JsonValue } from 'hubtwin/light'
import { kioskProperties, patchOfProperties } from 'hubtwin-device-models'
import { readSettings, SETTING_NAMES } from './screen.ts'

/**
 * Returns the patch that acknowledges the desired properties of the kiosk ("IoT Plug and Play
 * conventions", writable properties), or `{}`. The patch contains only differences from the hub. So
 * a kiosk stores nothing, and a new leader tab catches up.
 */
export function buildAcknowledgmentPatch(desired: JsonObject, version: number, reported: JsonObject): JsonObject {
  const { settings, problems } = readSettings(desired)
  const acknowledgments = SETTING_NAMES.map((name) => {
    const value = (settings[name] ?? null) as JsonValue
    if (problems[name] !== undefined) return [name, { value, ac: 400, av: version, ad: problems[name] }] as const
    if (Object.hasOwn(desired, name)) return [name, { value, ac: 200, av: version }] as const
    return [name, { value, ac: 203, av: 0, ad: "the kiosk's own" }] as const
  })
  return patchOfProperties(kioskProperties({ version, settings: Object.fromEntries(acknowledgments) }), reported)
}
