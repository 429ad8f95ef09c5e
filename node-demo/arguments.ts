import process from 'node:process'
import { parseArgs } from 'node:util'
import { fail } from './failures.ts'
import { print } from './terminal.ts'

/** The option that every demo accepts, for `parseArgs`. */
export const HELP_OPTION = { type: 'boolean', short: 'h', default: false } as const

/** Prints the help of a demo if its arguments request it. Any other argument is a problem. */
export function acceptOnlyHelp(script: string, description: string): void {
  try {
    if (parseArgs({ options: { help: HELP_OPTION } }).values.help) printHelp(script, description)
  } catch (error) {
    fail('Error in the arguments')(error)
  }
}

/**
 * Prints the help of a demo and exits with 0.
 *
 * @param script the command that starts the demo, such as `npm start`
 * @param options a line for each option other than `--help`
 */
export function printHelp(script: string, description: string, options: readonly string[] = []): never {
  print(`Usage: ${script} -- [options]`, '', description, '', 'Options:', '  -h, --help  Show this help', ...options)
  process.exit(0)
}
