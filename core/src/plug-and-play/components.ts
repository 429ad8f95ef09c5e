import { isJsonObject, type JsonObject, type JsonValue, ownValue, typeName } from '../protocol/json.ts'
import { checkName } from './names.ts'

/** The key and value that mark a component, in desired and in reported properties. */
const MARKER = '__t'
const COMPONENT = 'c'

/**
 * Builds the patch of a component. Each patch of a component needs its marker `__t: 'c'`. Without
 * the marker, the hub treats the object as a property of the root ("IoT Plug and Play conventions",
 * read-only properties; docs/protocol/device.md §10.2).
 *
 * @param properties by name; `null` deletes a property
 * @throws TypeError for a name that DTDL rejects
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import { buildComponentPatch } from 'hubtwin/plug-and-play'
 *
 * declare const connectionString: string
 * const twin = openTwin(connectionString, { modelId: 'dtmi:com:example:TemperatureController;1' })
 * await twin.report({
 *   serialNumber: 'alwinexlepaho8329',
 *   ...buildComponentPatch('thermostat1', { maxTemperature: 38.7 }),
 * })
 * ```
 */
export function buildComponentPatch(component: string, properties: JsonObject): JsonObject {
  checkName('Component', component)
  if (!isJsonObject(properties))
    throw new TypeError(`Properties of ${component} are ${typeName(properties)}, not an object`)
  for (const name of Object.keys(properties)) checkName(`Property of ${component}`, name)
  return { [component]: { [MARKER]: COMPONENT, ...properties } }
}

/**
 * Reads a component's properties from the desired or reported properties, without the marker.
 *
 * @returns `undefined` when there is no such component; an object without the marker is a property
 *   of the root
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import { readComponent } from 'hubtwin/plug-and-play'
 *
 * declare const connectionString: string
 * const twin = openTwin(connectionString)
 * twin.onDesired(({ desired }) => console.log(readComponent(desired, 'thermostat1')))
 * ```
 */
export function readComponent(section: JsonObject, component: string): JsonObject | undefined {
  const value = ownValue(section, component)
  return isComponent(value) ? withoutMarker(value) : undefined
}

export function isComponent(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && ownValue(value, MARKER) === COMPONENT
}

export function withoutMarker({ [MARKER]: _marker, ...properties }: JsonObject): JsonObject {
  return properties
}
