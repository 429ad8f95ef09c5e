#!/usr/bin/env node
import { createRequire } from 'node:module'
import { Command } from 'commander'
import { addClockCommand } from './cli/clock-command.ts'
import { addEventsCommand } from './cli/events-command.ts'
import { addFaultCommand } from './cli/fault-command.ts'
import { printable, printableLines } from './cli/printable.ts'
import { addSnapshotCommands } from './cli/snapshot-commands.ts'
import { addStart } from './cli/start-command.ts'
import { addWaitCommand } from './cli/wait-command.ts'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

const command = new Command('hubtwin-emulator')
  .description(
    'An Azure IoT Hub on your machine: device twins over MQTT and the service REST API, without a cloud account.',
  )
  .version(version, '-V, --version', 'Print the version')
  .helpOption('-h, --help', 'Show this help')
  .helpCommand('help [command]', 'Show the help of a command')
  .addHelpText('afterAll', '\nExit code: 0 success, 1 failure, 2 wrong usage.')
  .allowExcessArguments(false)
  .enablePositionalOptions()
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(printableLines(text.replace(/^error: /, ''))) })

addStart(command)
addWaitCommand(command)
addEventsCommand(command)
addFaultCommand(command)
addClockCommand(command)
addSnapshotCommands(command)
// The action of the program itself rejects them as unknown commands. Commands copy the setting when
// they are added.
command.allowExcessArguments()

try {
  await command.parseAsync()
} catch (error) {
  process.exitCode = printFailure(error)
}

/** Prints an error as a line. @returns the exit code: 2 for wrong usage, 1 for other errors */
function printFailure(error: unknown): number {
  // Commander has already printed its message. Help and version count as success.
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    console.error(
      `Port ${String(error.port)} is taken. Choose another port with ${optionOf(error.port)}; 0 means any free port.`,
    )
  } else if (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
  ) {
    console.error(`This machine does not have the address ${String(command.opts()['address'])}.`)
  } else {
    console.error(printable(error instanceof Error ? error.message : String(error)))
  }
  return 1
}

function optionOf(port: unknown): string {
  const { plainPort, mqttPort } = command.opts<Record<string, unknown>>()
  if (port === mqttPort) return '--mqtt-port'
  return port === plainPort ? '--plain-port' : '--secure-port'
}
