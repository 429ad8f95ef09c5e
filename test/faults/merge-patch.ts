import type { JsonObject } from 'hubtwin-emulator'

/** A second implementation of RFC 7396. Tests compare core and the hub with it. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...target }
  for (const [key, value] of Object.entries(patch)) {
    const old = merged[key]
    if (value === null) delete merged[key]
    else merged[key] = isObject(value) ? mergePatch(isObject(old) ? old : {}, value) : value
  }
  return merged as JsonObject
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
