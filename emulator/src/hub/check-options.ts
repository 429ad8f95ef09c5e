import type { HubOptions } from './hub-options.ts'

const MAX_PORT = 65_535

/** The record makes the compiler demand every option. */
const OPTION_NAMES = Object.keys({
  address: true,
  cleanSessionsGetQueue: true,
  clock: true,
  configurationIntervalInSeconds: true,
  dataFolder: true,
  devices: true,
  emptyPatchCounts: true,
  expiryGraceInSeconds: true,
  hostName: true,
  lostLocksCount: true,
  mqttPort: true,
  onError: true,
  onRefusedConnect: true,
  origins: true,
  plainPort: true,
  securePort: true,
  slowClientTimeoutInMs: true,
  tier: true,
  units: true,
} satisfies Record<keyof HubOptions, true>)

/**
 * Checks the options that would otherwise fail late, or do something else: an empty address means
 * every address, and an empty folder means the current one.
 *
 * @throws TypeError for an unknown option or a value of a wrong type, RangeError for any other
 *   invalid value. Both name the option, its value, and the expectation
 */
export function checkOptions(options: HubOptions): void {
  checkNames('startHub()', options, OPTION_NAMES)
  for (const name of ['clock', 'onError', 'onRefusedConnect'] as const) {
    checkType(name, options[name], 'function')
  }
  for (const name of ['emptyPatchCounts', 'lostLocksCount', 'cleanSessionsGetQueue'] as const) {
    checkType(name, options[name], 'boolean')
  }
  checkType('hostName', options.hostName, 'string')
  if (options.units !== undefined && options.tier === undefined) {
    throw new TypeError(`units is ${textOf(options.units)}, but there is no tier; expected tier too, such as 'S1'`)
  }
  checkText('address', options.address, "an address such as '127.0.0.1'")
  checkText('dataFolder', options.dataFolder, "a folder such as './hub', or undefined for a hub in memory")
  for (const name of ['securePort', 'plainPort', 'mqttPort'] as const) {
    check(name, options[name], isPort, `a whole number from 0 to ${MAX_PORT}`)
  }
  for (const name of ['configurationIntervalInSeconds', 'expiryGraceInSeconds', 'slowClientTimeoutInMs'] as const) {
    check(name, options[name], (value) => typeof value === 'number' && value >= 0, 'a number of at least 0')
  }
  for (const name of ['devices', 'origins'] as const) check(name, options[name], Array.isArray, 'an array of strings')
}

/**
 * Rejects options that a function does not have, such as misspelled ones.
 *
 * @param owner the function, for errors
 * @throws TypeError names the option, and those that exist
 */
export function checkNames(owner: string, options: unknown, names: readonly string[]): void {
  const list = names.join(', ')
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`The options of ${owner} are ${textOf(options)}; expected an object with any of ${list}`)
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new TypeError(`${owner} has no option '${unknown}'; its options are ${list}`)
}

function checkType(name: string, value: unknown, type: 'function' | 'boolean' | 'string'): void {
  if (value === undefined || typeof value === type) return
  throw new TypeError(`${name} is ${textOf(value)}; expected a ${type}`)
}

function checkText(name: string, value: unknown, expected: string): void {
  check(name, value, (given) => typeof given === 'string' && given.trim() !== '', expected)
}

function check(name: string, value: unknown, isValid: (value: unknown) => boolean, expected: string): void {
  if (value === undefined || isValid(value)) return
  throw new RangeError(`${name} is ${textOf(value)}; expected ${expected}`)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return 'an array'
  return ['number', 'boolean'].includes(typeof value) || value === null ? String(value) : `of type ${typeof value}`
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_PORT
}
