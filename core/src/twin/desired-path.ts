import type { JsonObject, JsonValue } from '../protocol/json.ts'
import type { LastKnown, TwinPatch } from './twin-types.ts'

/**
 * The paths that lead into `Desired`: keys joined by dots, and `''` for everything. A path ends at
 * an array (docs/protocol/protocol.md §4.8). Below a key of any string, and below the sixth level,
 * any path is valid: an editor lists the paths, and a type that contains itself has no end.
 *
 * @typeParam Desired the desired properties; `JsonObject` has any path
 * @example
 * ```ts
 * import { type DesiredPath, type DesiredValue, openTwin } from 'hubtwin'
 *
 * interface Desired {
 *   readonly climate: { readonly min: number; readonly max: number }
 * }
 * const path: DesiredPath<Desired> = 'climate.min'
 *
 * declare const connectionString: string
 * const twin = openTwin<Desired>(connectionString)
 * type Min = DesiredValue<Desired, 'climate.min'>
 * const show = (value: Min): void => console.log(path, value?.toFixed(1))
 * twin.onDesired('climate.min', ({ value }) => show(value))
 * ```
 */
export type DesiredPath<Desired> = '' | (string extends keyof Desired ? string : PathBelow<Desired, SixLevels>)

type SixLevels = readonly [1, 2, 3, 4, 5, 6]

type Key<Value> = keyof Value & (string | number)

type PathBelow<Value, Levels extends readonly unknown[]> = Value extends readonly unknown[]
  ? never
  : Value extends object
    ? Levels extends readonly [unknown, ...infer Rest]
      ? { [K in Key<Value>]-?: `${K}` | `${K}.${PathBelow<Value[K], Rest>}` }[Key<Value>]
      : string
    : never

/**
 * The value at a path, or `undefined` while there is none. A string type in place of a key, as in
 * `zones.${string}`, stands for a single key.
 *
 * @typeParam Desired the desired properties
 * @typeParam Path keys joined by dots, `''` for everything
 */
export type DesiredValue<Desired, Path extends string> = Path extends ''
  ? LastKnown<Desired>
  : string extends Path
    ? JsonValue | undefined
    : ValueAt<Desired, Path> | undefined

type ValueAt<Value, Path extends string> = Path extends `${infer First}.${infer Rest}`
  ? ValueAt<Property<Value, First>, Rest>
  : Property<Value, Path>

/** Of a union, the values in all its members. */
type Property<Value, Name extends string> = Value extends readonly unknown[]
  ? undefined
  : Value extends object
    ? Name extends keyof Value
      ? Value[Name]
      : Name extends `${infer Index extends number}`
        ? Index extends keyof Value
          ? Value[Index]
          : undefined
        : undefined
    : undefined

/** The merge patch that leads to a value: any part of an object, otherwise the value itself. */
export type PatchTo<Value> = Value extends undefined
  ? null
  : Value extends readonly unknown[]
    ? Value
    : Value extends object
      ? string extends keyof Value
        ? JsonObject
        : TwinPatch<Value>
      : Value
