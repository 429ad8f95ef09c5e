import type { JsonObject, JsonValue } from 'hubtwin'

/**
 * The answer to a writable property, as Plug and Play writes it: `ac` is the code, `av` the desired `$version` that is answered, `ad` says
 * more (Microsoft: "IoT Plug and Play conventions", writable properties).
 */
export interface Acknowledgment {
  /** 200 taken · 202 under way · 203 the device's own, nobody wanted it · 400 no such value · 500 failed */
  readonly ac: 200 | 202 | 203 | 400 | 500
  readonly av: number
  readonly ad?: string
}

/** Nobody has wanted anything yet: the device tells a value of its own. */
export const unasked: Acknowledgment = { ac: 203, av: 0, ad: "the device's own" }

/** A value with its answer beside it. */
export function acknowledged(value: JsonValue, { ac, av, ad }: Acknowledgment): JsonObject {
  return { value, ac, av, ...(ad !== undefined && { ad }) }
}
