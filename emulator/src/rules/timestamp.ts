/** What IoT Hub writes where something has never happened (protocol sheet 6.4). */
export const never = '0001-01-01T00:00:00Z'

/**
 * A time as twins carry it: UTC with seven fractional digits. The documents describe three; every real twin in the protocol
 * sheet (6.4) shows seven.
 */
export function timestamp(at: number): string {
  return new Date(at).toISOString().replace('Z', '0000Z')
}
