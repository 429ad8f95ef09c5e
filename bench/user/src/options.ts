import { parseArgs } from 'node:util'
import type { Plan } from './plan.ts'

export interface Options {
  readonly help: boolean
  readonly version: boolean
  readonly json: boolean
  /** Only print the cost. */
  readonly dryRun: boolean
  readonly plan: Plan
}

export const HELP = `Usage: hubtwin-bench [options]

Measure hubtwin against your own IoT hub, with both transports in turn: the time to the first twin,
round trips, and reports per second.

IOTHUB_DEVICE_CONNECTION_STRING names a device that no other client uses. The run writes the
reported property "hubtwinBench" and removes it at the end, also after Ctrl+C.

Options:
  -h, --help         Show this help
  -V, --version      Print the version
  --json             Print the result as JSON, with all samples
  --dry-run          Print the cost in messages, and connect to nothing
  --rounds <n>       Connections with each transport (default: 5)
  --sequential <n>   Reports of a round, each after the previous (default: 20)
  --burst <n>        Reports of a round without waiting (default: 50)
  --per-second <n>   Pace of the sequential reports; 0: no pause (default: 20)

Exit code: 0 success, 1 failure, 2 wrong usage, 130 stopped by Ctrl+C.`

/** A mistake in the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @throws UsageError names the option */
export function readOptions(args: readonly string[]): Options {
  try {
    return read(args)
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nShow the options with --help`, { cause: error })
  }
}

function read(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', short: 'V', default: false },
      json: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      sequential: { type: 'string', default: '20' },
      burst: { type: 'string', default: '50' },
      'per-second': { type: 'string', default: '20' },
    },
  })
  const number = (name: 'rounds' | 'sequential' | 'burst' | 'per-second', min: number, max: number): number => {
    const text = values[name]
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new RangeError(`--${name} is "${text}"; expected a whole number from ${min} to ${max}`)
  }
  return {
    help: values.help,
    version: values.version,
    json: values.json,
    dryRun: values['dry-run'],
    plan: {
      rounds: number('rounds', 1, 1000),
      sequential: number('sequential', 0, 10_000),
      burst: number('burst', 0, 10_000),
      perSecond: number('per-second', 0, 1000),
    },
  }
}
