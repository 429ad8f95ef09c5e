import { isJsonObject, type JsonObject, type JsonValue, ownValue, typeName } from '../protocol/json.ts'
import { buildComponentPatch, readComponent } from './components.ts'
import { checkName } from './names.ts'

/** A property of the root, or of a component. */
export interface PropertyName {
  readonly component?: string | undefined
  readonly name: string
}

/**
 * A device's answer to the desired value of a writable property ("IoT Plug and Play conventions",
 * writable properties; docs/protocol/device.md §10.2).
 */
export interface Acknowledgment {
  /** The value in effect, as a whole also when it is an object. */
  readonly value: JsonValue
  /**
   * The code, like that of HTTP: 200 done · 202 in progress · 203 the device's own default · 400
   * invalid, so the former value stays · 500 failed.
   */
  readonly ac: number
  /** The desired `$version` that this answers. For the device's own default, 0 or the present. */
  readonly av: number
  /** A description for people. */
  readonly ad?: string | undefined
}

/**
 * Builds the reported value of a writable property.
 *
 * @throws TypeError for a field of a wrong type
 * @throws RangeError for an `ac` or `av` that is not a whole number from 0
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import { buildAcknowledgment, buildComponentPatch } from 'hubtwin/plug-and-play'
 *
 * declare const connectionString: string
 * const twin = openTwin(connectionString)
 * await twin.report(
 *   buildComponentPatch('thermostat1', {
 *     targetTemperature: buildAcknowledgment({ value: 20, ac: 203, av: 0, ad: 'default' }),
 *     fanSpeed: buildAcknowledgment({ value: 3, ac: 203, av: 0, ad: 'default' }),
 *   }),
 * )
 * ```
 */
export function buildAcknowledgment({ value, ac, av, ad }: Acknowledgment): JsonObject {
  if (value === undefined)
    throw new TypeError('value of an acknowledgment is undefined; report null to delete a property')
  checkCount('ac', ac)
  checkCount('av', av)
  if (ad !== undefined && typeof ad !== 'string')
    throw new TypeError(`ad of an acknowledgment is ${typeName(ad)}, not a string`)
  return { value, ac, av, ...(ad !== undefined && { ad }) }
}

/**
 * Builds the patch that acknowledges a single desired value.
 *
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
  { component, name }: PropertyName,
  acknowledgment: Acknowledgment,
): JsonObject {
  checkName('Property', name)
  const properties = { [name]: buildAcknowledgment(acknowledgment) }
  return component === undefined ? properties : buildComponentPatch(component, properties)
}

/**
 * Reads the acknowledgment of a property from the reported properties.
 *
 * @returns `undefined` when the property is missing or is not an acknowledgment
 */
export function readAcknowledgment(
  reported: JsonObject,
  { component, name }: PropertyName,
): Acknowledgment | undefined {
  const properties = component === undefined ? reported : readComponent(reported, component)
  const property = properties && ownValue(properties, name)
  if (!isJsonObject(property)) return undefined
  const [value, ac, av, ad] = ['value', 'ac', 'av', 'ad'].map((key) => ownValue(property, key))
  if (value === undefined || typeof ac !== 'number' || typeof av !== 'number') return undefined
  return { value, ac, av, ...(typeof ad === 'string' && { ad }) }
}

function checkCount(field: string, value: number): void {
  if (typeof value !== 'number')
    throw new TypeError(`${field} of an acknowledgment is ${typeName(value)}, not a number`)
  if (Number.isSafeInteger(value) && value >= 0) return
  throw new RangeError(`${field} of an acknowledgment is ${value}; a whole number from 0 is needed`)
}
