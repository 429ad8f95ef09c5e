import { isDeepStrictEqual } from 'node:util'
import { type Json, type JsonObject, isObject, property, withProperties } from '../formats/json.ts'
import type { TwinConfiguration, TwinConfigurations } from '../twin/twin.ts'
import type { Setting } from './content.ts'

/** A configuration with its parsed content. */
export interface Assignable {
  readonly id: string
  readonly number: number
  readonly settings: readonly Setting[]
}

/** The effect of all configurations on a twin. */
export interface Assignment {
  readonly configurations: TwinConfigurations
  /** The patch of the desired properties. Undefined without a change. */
  readonly patch: JsonObject | undefined
}

/**
 * Computes how the configurations that target a twin change it.
 *
 * - Of two configurations with the same twin path, the first wins. The other is only `Targeted` if
 *   it has no path left, as in iot-hub-device-update#356.
 * - The settings of a configuration that no longer targets the twin are removed, unless another
 *   value has replaced them (IoT Hub: automatic device management, modify a configuration).
 * - The settings of a deleted configuration stay, until the next configuration replaces them (the
 *   same document, delete a configuration).
 *
 * @param targeting the configurations that target the twin, the winner first
 * @param existing every configuration of the hub by its number
 * @returns undefined if nothing changes
 */
export function assign(
  twin: { readonly configurations?: TwinConfigurations; readonly desired: { readonly value: JsonObject } },
  targeting: readonly Assignable[],
  existing: ReadonlyMap<number, Assignable>,
): Assignment | undefined {
  const before = twin.configurations ?? {}
  const owned = ownedSettings(targeting)
  const configurations = Object.fromEntries(
    targeting.map((each): [string, TwinConfiguration] => {
      const paths = (owned.get(each) ?? []).map(({ path }) => path)
      return [each.id, { status: paths.length > 0 ? 'Applied' : 'Targeted', number: each.number, paths }]
    }),
  )
  if (isDeepStrictEqual(configurations, before)) return undefined
  const settingsBefore = Object.values(before).flatMap(({ number, paths }) =>
    (existing.get(number)?.settings ?? []).filter(({ path }) => paths.includes(path)),
  )
  // A winner comes last, so that its values replace the others where paths overlap.
  const settingsAfter = targeting.reduceRight<Setting[]>(
    (settings, each) => [...settings, ...(owned.get(each) ?? [])],
    [],
  )
  const patch = difference(effectOf(settingsBefore), effectOf(settingsAfter), twin.desired.value)
  return { configurations, patch: Object.keys(patch).length === 0 ? undefined : patch }
}

/** The order of precedence: the higher priority first, then the younger configuration. */
export function byPrecedence(
  one: { readonly priority: number; readonly number: number },
  other: { readonly priority: number; readonly number: number },
): number {
  return other.priority - one.priority || other.number - one.number
}

/** The settings of each configuration whose twin paths no configuration before it has. */
function ownedSettings(targeting: readonly Assignable[]): ReadonlyMap<Assignable, readonly Setting[]> {
  const taken = new Set<string>()
  return new Map(
    targeting.map((each) => {
      const own = each.settings.filter(({ path }) => !taken.has(path))
      for (const { path } of own) taken.add(path)
      return [each, own]
    }),
  )
}

function effectOf(settings: readonly Setting[]): JsonObject {
  return settings.reduce<JsonObject>((effect, { patch }) => compose(effect, patch), {})
}

/** A patch with the effect of two patches in sequence. */
function compose(first: JsonObject, second: JsonObject): JsonObject {
  const changes = new Map<string, Json | undefined>()
  for (const [key, value] of Object.entries(second)) {
    const old = property(first, key)
    changes.set(key, isObject(old) && isObject(value) ? compose(old, value) : value)
  }
  return withProperties(first, changes)
}

/**
 * The patch that replaces the effect of the previous settings with the effect of the new settings.
 */
function difference(before: JsonObject, after: JsonObject, desired: JsonObject): JsonObject {
  const patch = new Map<string, Json>()
  for (const [key, value] of Object.entries(after)) {
    const old = property(before, key)
    const present = property(desired, key)
    if (isObject(old) && isObject(value)) {
      const inner = difference(old, value, isObject(present) ? present : {})
      if (Object.keys(inner).length > 0) patch.set(key, inner)
    } else if (!isDeepStrictEqual(old, value)) patch.set(key, value)
  }
  for (const [key, old] of Object.entries(before)) {
    if (Object.hasOwn(after, key)) continue
    const removal = removalOf(old, property(desired, key))
    if (removal !== undefined) patch.set(key, removal)
  }
  return Object.fromEntries(patch)
}

/**
 * The patch that removes a setting from the desired properties, or undefined if they do not contain
 * it. If an object has no other keys, the patch removes the whole object.
 */
function removalOf(setting: Json, present: Json | undefined): Json | undefined {
  if (present === undefined || setting === null) return undefined
  if (!isObject(setting) || !isObject(present)) return isDeepStrictEqual(setting, present) ? null : undefined
  const removals = new Map<string, Json>()
  for (const [key, value] of Object.entries(setting)) {
    const removal = removalOf(value, property(present, key))
    if (removal !== undefined) removals.set(key, removal)
  }
  const isWhole = Object.keys(present).every((key) => removals.get(key) === null)
  if (isWhole) return null
  return removals.size === 0 ? undefined : Object.fromEntries(removals)
}
