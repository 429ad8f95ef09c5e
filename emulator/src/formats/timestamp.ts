/**
 * IoT Hub writes this time for an event that has never happened (docs/protocol/protocol.md §6.4).
 */
export const NEVER = '0001-01-01T00:00:00Z'

/**
 * A time in the format of twins: UTC with seven fractional digits. The documents describe three
 * digits, but every real twin shows seven (docs/protocol/protocol.md §6.4).
 */
export function timestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, -1)}0000Z`
}

const ISO8601 = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/

/**
 * Parses a time in ISO 8601. `Date.parse` alone accepts texts such as `abc 1`.
 *
 * @returns milliseconds since 1970, or undefined for any other text
 */
export function parseTime(text: string): number | undefined {
  const at = ISO8601.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}
