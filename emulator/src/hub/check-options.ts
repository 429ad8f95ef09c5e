import type { HubOptions } from './hub-options.ts'

const MAX_PORT = 65_535

/**
 * Checks the options that would otherwise fail late, or do something else: an empty address means
 * every address, and an empty folder means the current one.
 *
 * @throws RangeError names the option, its value, and the expectation
 */
export function checkOptions(options: HubOptions): void {
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

function checkText(name: string, value: unknown, expected: string): void {
  check(name, value, (given) => typeof given === 'string' && given.trim() !== '', expected)
}

function check(name: string, value: unknown, isValid: (value: unknown) => boolean, expected: string): void {
  if (value === undefined || isValid(value)) return
  throw new RangeError(`${name} is ${textOf(value)}; expected ${expected}`)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'number' || value === null ? String(value) : `of type ${typeof value}`
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_PORT
}
