/** The fields of a message from the channel, before their checks. */
export type Fields = Readonly<Record<string, unknown>>

/** The functions below throw a TypeError for a value of another type. */
export function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw malformed('object')
  return value as Fields
}

export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed('list')
  return value
}

export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw malformed('text')
  return value
}

export function countOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw malformed('count')
  return value
}

export function numberOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw malformed('number')
  return value
}

export function malformed(what: string): TypeError {
  return new TypeError(`Message has a malformed ${what}`)
}
