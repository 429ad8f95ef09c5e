/** What IoT Hub writes where something has never happened (docs/protocol/protocol.md §6.4). */
export const never = '0001-01-01T00:00:00Z'

/**
 * A time as twins carry it: UTC with seven fractional digits. The documents describe three; every real twin in the protocol
 * sheet (6.4) shows seven.
 */
export function timestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, -1)}0000Z`
}

const iso8601 = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/

/** Milliseconds since 1970 of a time in ISO 8601; `Date.parse` alone takes `abc 1` for a time. @returns undefined where it is none */
export function parseTime(text: string): number | undefined {
  const at = iso8601.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}
