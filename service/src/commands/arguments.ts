import { InvalidArgumentError, Option } from 'commander'
import { PROGRAM } from './program-name.ts'
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

/** A timer of Node accepts at most 2^31 - 1 ms, and fires at once for a longer time. */
const MAX_MINUTES = 35_000
const MAX_SECONDS = 2_000_000

/** Parses minutes above 0, with or without decimals, for commander. */
export function parseMinutes(text: string): number {
  return parsePositive(text, MAX_MINUTES)
}

/** Parses seconds above 0, with or without decimals, for commander. */
export function parseSeconds(text: string): number {
  return parsePositive(text, MAX_SECONDS)
}

function parsePositive(text: string, most: number): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= most) return value
  throw new InvalidArgumentError(`Expected a number above 0, up to ${most}.`)
}

/** Parses the ID of a device or module, for commander. */
export function parseId(text: string): string {
  if (isDeviceId(text)) return text
  throw new InvalidArgumentError(`Expected ${DEVICE_ID_RULE}.`)
}

/** Rejects an empty value for commander. An unset shell variable produces an empty value. */
export function parseText(text: string): string {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('Expected a non-empty value.')
}

/** Parses an etag, which travels in a header, for commander. */
export function parseEtag(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw new InvalidArgumentError(`Expected an etag without white space, as ${PROGRAM} desired get prints it.`)
}

/** Parses a future time in ISO 8601, for commander. */
export function parseFuture(text: string): Date {
  const time = new Date(/^\d{4}-\d\d-\d\d/.test(text) ? text : NaN)
  if (time.getTime() > Date.now()) return time
  throw new InvalidArgumentError(
    Number.isNaN(time.getTime())
      ? 'Expected a time in ISO 8601, such as 2030-01-01T02:00:00Z.'
      : `Expected a time after now, ${new Date().toISOString()}.`,
  )
}

/** The option of the commands for a single device. */
export function deviceOption(): Option {
  return new Option('-d, --device <id>', 'The device').argParser(parseId).default('device1')
}
