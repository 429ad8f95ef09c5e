import { difference } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { DesiredListeners } from '../twin/listening/desired-listeners.ts'
import { createListeners, emit } from '../twin/listening/listeners.ts'
import { createStateListeners, emitState, type StateListeners } from '../twin/listening/state-listeners.ts'
import { createSnapshot, readSnapshot } from '../twin/snapshot.ts'
import type { StandardSchema } from './standard-schema.ts'
import { type DesiredValidity, validateProperties } from './validity.ts'

/** The desired properties so far, as a schema validates them. */
export interface Validation {
  readonly schema: StandardSchema<object>
  /** The newest desired properties of the hub. */
  newest: JsonObject | undefined
  /** `current` holds the last valid desired properties. */
  readonly listeners: DesiredListeners
  readonly validity: StateListeners<DesiredValidity>
}

export function createValidation(schema: StandardSchema<object>): Validation {
  return {
    schema,
    newest: undefined,
    listeners: createListeners(),
    validity: createStateListeners<DesiredValidity>({ type: 'unknown' }),
  }
}

/** Validates the next desired properties, and calls the listeners of the result. */
export function updateValidation(validation: Validation, desired: JsonObject, version: number): void {
  const { schema, listeners, validity } = validation
  if (desired === validation.newest) return
  validation.newest = desired
  const outcome = validateProperties(schema, desired)
  if ('issues' in outcome) return emitState(validity, { type: 'invalid', version, desired, issues: outcome.issues })
  const before = listeners.current
  const properties = difference(before ? readSnapshot(before.section) : {}, outcome.desired)
  listeners.current = { section: createSnapshot(outcome.desired), version, properties }
  if (validity.current.type !== 'valid') emitState(validity, { type: 'valid' })
  if (before === undefined || Object.keys(properties).length > 0) emit(listeners, listeners.current)
}
