import { isJsonObject, type JsonObject, type JsonValue, ownValue, typeName } from '../protocol/json.ts'
import { buildComponentPatch, readComponent } from './components.ts'
import { checkName } from './names.ts'

/** A property of the root, or of a component. */
export interface PropertyName {
  readonly component?: string | undefined
  readonly name: string
}

/**
 * A device's acknowledgment of the desired value of a writable property ("IoT Plug and Play
 * conventions", writable properties; docs/protocol/device.md §10.2).
 */
export interface Acknowledgment {
  /** The value in effect, an object as a whole; `null` for none. */
  readonly value: JsonValue
  /**
   * The code, like that of HTTP: 200 done · 202 in progress · 203 the device's default · 400
   * invalid, so the former value stays · 500 failed.
   */
  readonly ac: number
  /** The acknowledged desired `$version`. For the device's default, 0 or the current version. */
  readonly av: number
  /** A description for people. */
  readonly ad?: string | undefined
}

/**
 * Builds the patch that acknowledges a desired value. The patch replaces the former reported value:
 * a hub merges patches, so an old description or an old key of `value` would stay.
 *
 * @param reported the last known reported properties, needed when `value` is an object
 * @throws TypeError for a name that DTDL rejects, or a field of a wrong type
 * @throws RangeError for an `ac` or `av` that is not a whole number from 0
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import { buildAcknowledgmentPatch } from 'hubtwin/plug-and-play'
 *
 * declare const connectionString: string
 * const property = { component: 'thermostat1', name: 'targetTemperature' }
 * const twin = openTwin(connectionString)
 * twin.onDesired('thermostat1.targetTemperature', ({ value, version }) => {
 *   if (value === undefined) return
 *   void twin.report(buildAcknowledgmentPatch(property, { value, ac: 200, av: version }))
 * })
 * ```
 */
export function buildAcknowledgmentPatch(
  property: PropertyName,
  { value, ac, av, ad }: Acknowledgment,
  reported: JsonObject = {},
): JsonObject {
  const { component, name } = property
  checkName('Property', name)
  if (value === undefined) throw new TypeError('value of an acknowledgment is undefined; null means none')
  checkField('ac', ac)
  checkField('av', av)
  if (ad !== undefined && typeof ad !== 'string') {
    throw new TypeError(`ad of an acknowledgment is ${typeName(ad)}, not a string`)
  }
  const acknowledgment = { value, ac, av, ad: ad ?? null }
  const properties = { [name]: replacing(valueOf(reported, property), acknowledgment) }
  return component === undefined ? properties : buildComponentPatch(component, properties)
}

/** The value with a `null` for each former key that it lacks. */
function replacing(before: JsonValue | undefined, value: JsonValue): JsonValue {
  if (!isJsonObject(before) || !isJsonObject(value)) return value
  const former = Object.keys(before).map((key) => [key, null] as const)
  const present = Object.entries(value).map(([key, inner]) => [key, replacing(ownValue(before, key), inner)] as const)
  return Object.fromEntries([...former, ...present])
}

/**
 * Reads the acknowledgment of a property from the reported properties. A missing `value` reads as
 * `null`, because a hub stores no `null`.
 *
 * @returns `undefined` when the property is missing or is not an acknowledgment
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import type { Acknowledgment, PropertyName } from 'hubtwin/plug-and-play'
 * import { readAcknowledgment } from 'hubtwin/plug-and-play'
 *
 * declare const connectionString: string
 * const twin = openTwin(connectionString)
 * await twin.ready()
 * const property: PropertyName = { component: 'thermostat1', name: 'targetTemperature' }
 * const found: Acknowledgment | undefined = readAcknowledgment(twin.reported, property)
 * console.log(found?.ac === 200 ? `in effect since version ${found.av}` : 'not in effect')
 * ```
 */
export function readAcknowledgment(reported: JsonObject, property: PropertyName): Acknowledgment | undefined {
  const acknowledgment = valueOf(reported, property)
  if (!isJsonObject(acknowledgment)) return undefined
  const [value = null, ac, av, ad] = ['value', 'ac', 'av', 'ad'].map((key) => ownValue(acknowledgment, key))
  if (typeof ac !== 'number' || typeof av !== 'number') return undefined
  return { value, ac, av, ...(typeof ad === 'string' && { ad }) }
}

function valueOf(reported: JsonObject, { component, name }: PropertyName): JsonValue | undefined {
  const properties = component === undefined ? reported : readComponent(reported, component)
  return properties && ownValue(properties, name)
}

function checkField(field: string, value: number): void {
  if (typeof value !== 'number') {
    throw new TypeError(`${field} of an acknowledgment is ${typeName(value)}, not a number`)
  }
  if (Number.isSafeInteger(value) && value >= 0) return
  throw new RangeError(`${field} of an acknowledgment is ${value}; a whole number from 0 is needed`)
}
