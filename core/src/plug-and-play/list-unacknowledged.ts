import type { TwinDocument } from '../protocol/document.ts'
import type { JsonObject, JsonValue } from '../protocol/json.ts'
import { type PropertyName, readAcknowledgment } from './acknowledgments.ts'
import { isComponent, withoutMarker } from './components.ts'

/**
 * A desired value of the root, or of a component.
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import { type DesiredProperty, listUnacknowledged } from 'hubtwin/plug-and-play'
 *
 * const textOf = ({ component = 'root', name, value }: DesiredProperty): string =>
 *   `${component}.${name} is to be ${JSON.stringify(value)}`
 *
 * declare const connectionString: string
 * const twin = openTwin(connectionString)
 * console.log(listUnacknowledged(await twin.ready()).map(textOf))
 * ```
 */
export interface DesiredProperty extends PropertyName {
  readonly value: JsonValue
  /** The desired `$version`, the `av` of an acknowledgment. */
  readonly version: number
}

/**
 * Lists the desired values that are newer than their acknowledgment: those without an
 * acknowledgment, or with an `av` below the desired `$version`. A device acknowledges them at its
 * start ("IoT Plug and Play conventions", writable properties; docs/protocol/device.md §10.2).
 *
 * All desired properties share a `$version`. So the list may also hold a value that is the same
 * since its acknowledgment, while another property changed. Another acknowledgment is harmless.
 *
 * @param twin a document of `ready()`, or the twin itself
 * @returns the properties of the root and of components, in the order of the document
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import { buildAcknowledgmentPatch, listUnacknowledged } from 'hubtwin/plug-and-play'
 *
 * declare const connectionString: string
 * const twin = openTwin(connectionString)
 * for (const property of listUnacknowledged(await twin.ready())) {
 *   const { value, version } = property
 *   const acknowledgment = { value, ac: 200, av: version }
 *   await twin.report(buildAcknowledgmentPatch(property, acknowledgment, twin.reported))
 * }
 * ```
 */
export function listUnacknowledged({
  desired,
  reported,
  versions,
}: TwinDocument<object, object>): readonly DesiredProperty[] {
  const version = versions.desired
  return propertiesOf(desired as JsonObject)
    .filter(({ property }) => (readAcknowledgment(reported as JsonObject, property)?.av ?? -1) < version)
    .map(({ property, value }) => ({ ...property, value, version }))
}

interface NamedValue {
  readonly property: PropertyName
  readonly value: JsonValue
}

function propertiesOf(desired: JsonObject): readonly NamedValue[] {
  return Object.entries(desired).flatMap(([key, content]): readonly NamedValue[] =>
    isComponent(content)
      ? Object.entries(withoutMarker(content)).map(([name, value]) => ({ property: { component: key, name }, value }))
      : [{ property: { name: key }, value: content }],
  )
}
