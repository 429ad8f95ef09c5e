import { typeName } from './json.ts'

/**
 * @param place the name of the value in messages
 * @throws TypeError when it is not a number
 * @throws RangeError when it is not a whole number from `min` to `max`
 */
export function checkCount(place: string, value: unknown, min: number, max: number = 2 ** 31 - 1): number {
  if (typeof value !== 'number') throw new TypeError(`${place} is ${typeName(value)}, not a number`)
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new RangeError(`${place} is ${value}; a whole number from ${min} to ${max} is needed`)
}
