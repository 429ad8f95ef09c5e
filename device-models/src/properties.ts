import type { JsonObject, JsonValue } from 'hubtwin'
import {
  type Acknowledgment,
  buildAcknowledgmentPatch,
  buildComponentPatch,
  readAcknowledgment,
  readComponent,
} from 'hubtwin/plug-and-play'
import { isEqual, isObject, own } from './json.ts'

/** The properties that a model reports, of a component or of its root. */
export interface ModelProperties {
  /** `undefined` is the root. */
  readonly component?: string
  /** The acknowledgments of the properties that a back end may set. */
  readonly writable: Readonly<Record<string, Acknowledgment>>
  /** `undefined`: the property does not apply now. */
  readonly readOnly: Readonly<Record<string, JsonValue | undefined>>
}

/**
 * Returns the patch that brings `reported` up to date with the model, or `{}`. It does not change
 * other keys, and repeats an acknowledgment as a whole.
 */
export function patchOfProperties(
  { component, writable, readOnly }: ModelProperties,
  reported: JsonObject,
): JsonObject {
  const before = component === undefined ? reported : own(reported, component)
  const known = isObject(before) ? before : {}
  const answers = Object.entries(writable).flatMap(([name, answer]) =>
    isSameAnswer(answer, readAcknowledgment(known, { name })) ? [] : buildAcknowledgmentPatch({ name }, answer, known),
  )
  const values = Object.entries(readOnly).flatMap(([name, value]) =>
    isEqual(value, own(known, name)) ? [] : { [name]: value ?? null },
  )
  const patch: JsonObject = Object.assign({}, ...values, ...answers)
  if (component === undefined) return patch
  // An earlier program without Plug and Play may have reported it without the marker.
  const isComplete = Object.keys(patch).length === 0 && readComponent(reported, component) !== undefined
  return isComplete ? {} : buildComponentPatch(component, patch)
}

function isSameAnswer(a: Acknowledgment, b: Acknowledgment | undefined): boolean {
  return b !== undefined && a.ac === b.ac && a.av === b.av && a.ad === b.ad && isEqual(a.value, b.value)
}
