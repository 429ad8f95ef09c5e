import process from 'node:process'
import { parseArgs } from 'node:util'
import { print, printError, red } from './terminal.ts'

/** The option that every demo accepts, for `parseArgs`. */
export const HELP_OPTION = { type: 'boolean', short: 'h', default: false } as const

/** Prints the help of a demo if its arguments request it. Any other argument is a problem. */
export function acceptOnlyHelp(script: string, description: string): void {
  try {
    if (parseArgs({ options: { help: HELP_OPTION } }).values.help) printHelp(script, description)
  } catch (error) {
    failUsage(error)
  }
}

/** Node's message also explains how to pass a dash, which no demo needs. */
const ADVICE_OF_NODE = /\. To specify a positional|\. This command/

/** Prints a mistake in the arguments of a demo and exits with 2. */
export function failUsage(error: unknown): never {
  const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(ADVICE_OF_NODE)
  printError(`Error in the arguments: ${problem}; show the options with --help`, red)
  process.exit(2)
}

/**
 * Prints the help of a demo and exits with 0.
 *
 * @param script the command that starts the demo, such as `npm start`
 * @param options a line for each option other than `--help`
 */
export function printHelp(script: string, description: string, options: readonly string[] = []): never {
  const exitCodes = 'Exit code: 0 success, 1 failure, 2 wrong usage.'
  print(`Usage: ${script} -- [options]`, '', description, '', 'Options:', '  -h, --help  Show this help', ...options)
  print('', exitCodes)
  process.exit(0)
}
