import type { JsonObject, JsonValue } from 'hubtwin/light'
import { isObject } from '../../shared/json-text.ts'

/**
 * How Plug and Play has a device answer a writable property: the value that holds, a code as of HTTP, the desired
 * version that is answered, and words (Microsoft: "IoT Plug and Play conventions", writable properties).
 */
export interface Acknowledgement {
  readonly value: JsonValue
  readonly ac: number
  readonly av: number
  readonly ad?: string
}

export function readAcknowledgement(has: JsonValue | undefined): Acknowledgement | undefined {
  if (!isObject(has)) return undefined
  const { value, ac, av, ad } = has
  const isOne = value !== undefined && typeof ac === 'number' && typeof av === 'number'
  return isOne ? { value, ac, av, ...(typeof ad === 'string' && { ad }) } : undefined
}

/** The value that a device reports, whether or not it stands within an acknowledgement. */
export function reportedValue(has: JsonValue | undefined): JsonValue | undefined {
  return readAcknowledgement(has)?.value ?? has
}

export function acknowledge(value: JsonValue, desiredVersion: number): JsonObject {
  return { value, ac: 200, av: desiredVersion, ad: 'applied' }
}
