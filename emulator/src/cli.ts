#!/usr/bin/env node
import { Command } from 'commander'
import { addClockCommand } from './cli/clock-command.ts'
import { addEventsCommand } from './cli/events-command.ts'
import { addFaultCommand } from './cli/fault-command.ts'
import { printable, printableLines } from './cli/printable.ts'
import { addSnapshotCommands } from './cli/snapshot-commands.ts'
import { addStart } from './cli/start-command.ts'
import { addWaitCommand } from './cli/wait-command.ts'

const command = new Command('hubtwin-emulator')
  .description('An Azure IoT Hub for this machine: device twins over MQTT and the service REST API, no cloud account.')
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

try {
  await command.parseAsync()
} catch (error) {
  process.exitCode = tell(error)
}

/** One line for whatever went wrong. @returns the exit code: 2 for wrong usage, 1 for the rest */
function tell(error: unknown): number {
  // Commander has said its line already; help and version are no errors.
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    console.error(
      `Port ${String(error.port)} is taken. Choose another with ${optionOf(error.port)}, or 0 for any free one.`,
    )
  } else if (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
  ) {
    console.error(`The address ${String(command.opts()['address'])} is not one of this machine's.`)
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
