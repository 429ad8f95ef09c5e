#!/usr/bin/env node
import { createRequire } from 'node:module'
import { Command } from 'commander'
import { addClockCommand } from './cli/clock-command.ts'
import { addEventsCommand } from './cli/events-command.ts'
import { addFaultCommand } from './cli/fault-command.ts'
import { addHelpCommands } from './cli/help-command.ts'
import { handleOutputErrors } from './cli/output.ts'
import { printable, printableLines } from './cli/printable.ts'
import { addSnapshotCommands } from './cli/snapshot-commands.ts'
import { addStart } from './cli/start-command.ts'
import { UsageError } from './cli/usage-error.ts'
import { addWaitCommand } from './cli/wait-command.ts'
import { listenProblemOf } from './http/listen-error.ts'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

const command = new Command('hubtwin-emulator')
  .description(
    'An Azure IoT Hub on your machine: device twins over MQTT and the service REST API, without a cloud account. ' +
      'Without a command, it starts a hub.',
  )
  .version(version, '-V, --version', 'Print the version')
  .helpOption('-h, --help', 'Show this help')
  .addHelpText('afterAll', '\nExit code: 0 success, 1 failure, 2 wrong usage.')
  .allowExcessArguments(false)
  .enablePositionalOptions()
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(printableLines(usageText(text))) })

addStart(command)
addWaitCommand(command)
addEventsCommand(command)
addFaultCommand(command)
addClockCommand(command)
addSnapshotCommands(command)
addHelpCommands(command)
// The action of the program itself rejects them as unknown commands. Commands copy the setting when
// they are added.
command.allowExcessArguments()

handleOutputErrors()
try {
  await command.parseAsync()
} catch (error) {
  process.exitCode = printFailure(error)
}

/** Commander's message for a usage mistake, with the name of the argument as in the usage line. */
function usageText(text: string): string {
  return (
    text
      .replace(/^error: /, '')
      // A URL may contain a password.
      .replace(/\/\/[^/\s@]*@/g, '//…@')
      // Commander takes a negative duration for an option.
      .replace(/^unknown option '-\d+(?:ms|s|m|h|d)'/, '$&\nTo move the time back, write: clock advance -- -1h')
      .replace(/^command-argument value (.*) is invalid for argument '(.*?)'\. /s, '<$2> is $1. ')
  )
}

/** Prints an error as a line. @returns the exit code: 2 for wrong usage, 1 for other errors */
function printFailure(error: unknown): number {
  // Commander has already printed its message. Help and version count as success.
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2
  console.error(printable(explainListenError(error) ?? (error instanceof Error ? error.message : String(error))))
  return error instanceof UsageError ? 2 : 1
}

/** Explains why the hub cannot listen, and names the option to change. */
function explainListenError(error: unknown): string | undefined {
  const problem = listenProblemOf(error)
  if (problem === undefined) return undefined
  return problem.type === 'port'
    ? `${problem.text}. Choose another port with ${optionOf(problem.port)}; 0 means any free port.`
    : `--address is ${String(command.opts()['address'])}, which this machine does not have; expected an address such as 127.0.0.1 or 0.0.0.0`
}

function optionOf(port: number): string {
  const { plainPort, mqttPort } = command.opts<Record<string, unknown>>()
  if (port === mqttPort) return '--mqtt-port'
  return port === plainPort ? '--plain-port' : '--secure-port'
}
