import type { JsonObject, JsonValue } from 'hubtwin'

/**
 * A device's answer to a writable property: `ac` is the code, `av` the desired `$version`, and `ad`
 * the description (Microsoft: "IoT Plug and Play conventions", writable properties).
 */
export interface Acknowledgment {
  /** 200 accepted · 202 in progress · 203 the device's own value · 400 invalid · 500 failed */
  readonly ac: 200 | 202 | 203 | 400 | 500
  readonly av: number
  readonly ad?: string
}

/** Nothing is desired: the device reports its own value. */
export const UNASKED: Acknowledgment = { ac: 203, av: 0, ad: "the device's own" }

/** Wraps a value in its acknowledgment. */
export function acknowledged(value: JsonValue, { ac, av, ad }: Acknowledgment): JsonObject {
  return { value, ac, av, ...(ad !== undefined && { ad }) }
}
