import { InvalidArgumentError } from 'commander'

/** For commander: a whole number of a range. */
export function parseWhole(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`
    throw new InvalidArgumentError(`A whole number ${range} is wanted.`)
  }
}

/** For commander: a number above 0, with decimals or without. */
export function parsePositive(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value > 0) return value
  throw new InvalidArgumentError('A number above 0 is wanted.')
}
