import { typeName } from './json.ts'

/**
 * @param place the name of the value in messages
 * @throws TypeError when it is not an object
 */
export function checkObject<Value>(place: string, value: Value): Value {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new TypeError(`${place} is ${typeName(value)}, not an object`)
}

/**
 * @param remark follows the list of known names in the message
 * @throws TypeError when it is not an object, or has a name that is not `known`
 */
export function checkOptionNames<Options>(options: Options, known: readonly string[], remark: string = ''): Options {
  const unknown = Object.keys(checkObject('options', options) as object).find((name) => !known.includes(name))
  if (unknown === undefined) return options
  throw new TypeError(`options has an unknown "${unknown}"; known are ${known.join(', ')}${remark}`)
}

/** @throws TypeError when it is not a function */
export function checkFunction(place: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${place} is ${typeName(value)}, not a function`)
}

/**
 * @param place the name of the storage in messages
 * @throws TypeError when it is neither `undefined` nor a storage
 */
export function checkStorage(place: string, storage: object | undefined): void {
  if (storage === undefined) return
  const functions = checkObject(place, storage) as Readonly<Record<string, unknown>>
  for (const name of ['get', 'set', 'remove']) checkFunction(`${place}.${name}`, functions[name])
}

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
