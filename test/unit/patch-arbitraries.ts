import fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../core/src/protocol/json.ts'

// Few keys, so that patches touch the same ones. Some of the names are dangerous on a plain object.
const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'toString')
const leaf = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.constant(''), fc.array(fc.constantFrom(1, 2)))
const objectOf = (value: fc.Arbitrary<unknown>): fc.Arbitrary<JsonObject> =>
  fc.array(fc.tuple(key, value), { maxLength: 4 }).map((entries) => Object.fromEntries(entries) as JsonObject)
/** A section of a twin. */
export const anySection = fc.letrec((tie) => ({
  section: objectOf(fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('section'))),
})).section
/** A merge patch of a section. */
export const anyPatch = fc.letrec((tie) => ({
  patch: objectOf(fc.oneof({ depthSize: 'small' }, leaf, fc.constant(null), tie('patch'))),
})).patch

/** The same text for equal values, whatever the order of their keys. */
export const text = (value: JsonValue | undefined): string => JSON.stringify(sorted(value ?? null))
function sorted(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as JsonValue[]).map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  )
}
