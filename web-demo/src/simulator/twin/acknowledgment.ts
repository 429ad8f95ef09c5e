import type { JsonObject, JsonValue } from 'hubtwin/light'
import { isObject } from '../../shared/json-value.ts'

/**
 * A device's acknowledgment of a writable property: the value that it uses, a status code as in
 * HTTP, the desired version that it acknowledges, and a description (IoT Plug and Play conventions,
 * "Writable properties").
 */
export interface Acknowledgment {
  readonly value: JsonValue
  readonly ac: number
  readonly av: number
  readonly ad?: string
}

export function readAcknowledgment(reported: JsonValue | undefined): Acknowledgment | undefined {
  if (!isObject(reported)) return undefined
  const { value, ac, av, ad } = reported
  if (value === undefined || typeof ac !== 'number' || typeof av !== 'number') return undefined
  return { value, ac, av, ...(typeof ad === 'string' && { ad }) }
}

/** The value itself, without the acknowledgment around it. */
export function reportedValue(reported: JsonValue | undefined): JsonValue | undefined {
  return readAcknowledgment(reported)?.value ?? reported
}

export function acknowledge(value: JsonValue, desiredVersion: number): JsonObject {
  return { value, ac: 200, av: desiredVersion, ad: 'applied' }
}
