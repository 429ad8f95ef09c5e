/** The fields of a message from the channel, before their checks. */
export type Fields = Readonly<Record<string, unknown>>

/** The functions below throw for a value of another type. */
export function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw malformed()
  return value as Fields
}

export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed()
  return value
}

export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw malformed()
  return value
}

export function countOf(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw malformed()
  return value as number
}

export function numberOf(value: unknown): number {
  if (!Number.isFinite(value) || (value as number) < 0) throw malformed()
  return value as number
}

/** No caller reads the error: `readMessage` ignores the message. */
export function malformed(): TypeError {
  return new TypeError('Message is malformed')
}
