import { type Command, CommanderError } from 'commander'
import { parseText } from './arguments.ts'
import { addHelpCommand } from './help-command.ts'

/** A mistake in a command's arguments that only the command itself detects. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The exit codes of every command. A command may add others. */
export const EXIT_CODES = { success: 0, failure: 1, usage: 2 } as const

const EXIT_CODE_HELP = '\nExit code: 0 success, 1 failure, 2 wrong usage.'

/**
 * Completes a program that has all of its commands. After wrong usage, a command prints its usage
 * as a line. The help of each command names the exit codes. No option accepts an empty value, which
 * an unset shell variable produces.
 */
export function completeProgram(program: Command): void {
  const groups: Command[] = [program]
  for (const group of groups) {
    group.addHelpText('after', EXIT_CODE_HELP)
    addHelpCommand(group)
    group.showHelpAfterError(`Show the commands with ${nameOf(group)} --help`)
    for (const command of group.commands) {
      if (command.commands.length > 0) groups.push(command)
      else completeCommand(command)
    }
  }
}

/** `npm run service -- rollout` for the group `rollout`. */
function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
}

function completeCommand(command: Command): void {
  for (const option of command.options) {
    if (option.required && option.parseArg === undefined) option.argParser(parseText)
  }
  const usage = command.createHelp().commandUsage(command)
  command.showHelpAfterError(`Usage: ${usage}\nShow its help with --help.`)
  // The commands with other exit codes list all of them.
  if (!hasOwnExitCodes(command)) command.addHelpText('after', EXIT_CODE_HELP)
}

const WITH_OWN_EXIT_CODES = new WeakSet<Command>()

/** Adds the exit codes of a command that has its own. */
export function addExitCodeHelp(command: Command, text: string): Command {
  WITH_OWN_EXIT_CODES.add(command)
  return command.addHelpText('after', `\n${text}`)
}

function hasOwnExitCodes(command: Command): boolean {
  return WITH_OWN_EXIT_CODES.has(command)
}

/** @returns the exit code for an error of commander, which has already printed its text */
export function exitCodeOf(error: unknown): number | undefined {
  if (!(error instanceof CommanderError)) return undefined
  return error.exitCode === 0 ? EXIT_CODES.success : EXIT_CODES.usage
}

/** Rejects an option without at least one of the options that it belongs to. */
export function addNeed(command: Command, name: string, others: readonly string[]): Command {
  const isGiven = (each: string): boolean => command.getOptionValueSource(each) === 'cli'
  const flagsOf = (each: string): string => command.options.find((o) => o.attributeName() === each)?.flags ?? each
  return command.hook('preAction', () => {
    if (!isGiven(name) || others.some(isGiven)) return
    command.error(`option '${flagsOf(name)}' needs ${others.map((each) => `'${flagsOf(each)}'`).join(' or ')}`)
  })
}

/** Commander's message for a usage mistake, with the name of the argument as in the usage line. */
export function usageText(text: string): string {
  return text
    .replace(/^error: /, '')
    .replace(/^command-argument value (.*) is invalid for argument '(.*?)'\. /s, '<$2> is $1. ')
}

/** @throws UsageError in place of the errors that a library throws for wrong arguments */
export async function asUsage<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) {
      throw new UsageError(error.message, { cause: error })
    }
    throw error
  }
}
