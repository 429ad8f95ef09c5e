import { InvalidArgumentError, Option } from 'commander'
import { DEVICE_ID_RULE, isDeviceId } from '../tokens/base/device-id.ts'

/** Creates a commander parser for a whole number within a range. */
export function parseWhole(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
    throw new InvalidArgumentError(`Expected a whole number ${range}.`)
  }
}

/** Parses a number above 0, with or without decimals, for commander. */
export function parsePositive(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value > 0) return value
  throw new InvalidArgumentError('Expected a number above 0.')
}

/** Parses the ID of a device or module, for commander. */
export function parseId(text: string): string {
  if (isDeviceId(text)) return text
  throw new InvalidArgumentError(`Expected ${DEVICE_ID_RULE}.`)
}

/** Refuses an empty text, for commander. An unset variable of a shell gives one. */
export function parseText(text: string): string {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('Expected a text that is not empty.')
}

/** The option of the commands for a single device. */
export function deviceOption(): Option {
  return new Option('-d, --device <id>', 'The device').argParser(parseId).default('device1')
}
