import { type Command, InvalidArgumentError, Option } from 'commander'
import { DEVELOPMENT_PORTS } from '../hub/development-device.ts'
import { parseFaultText } from '../faults/fault-text.ts'
import type { FaultSpec } from '../faults/fault-spec.ts'
import { checkHostName, checkOrigins } from '../http/host-name.ts'
import { Refusal } from '../errors/refusal.ts'
import { TIERS } from '../throttling/tier.ts'
import { parseDeviceIds, rejectEmptyTexts } from './arguments.ts'
import { rejectUnknownCommand } from './help-command.ts'
import { detectShell, SHELLS } from './shell.ts'
import type { StartOptions } from './run-hub.ts'
import { UsageError } from './usage-error.ts'

/** Starts a hub, when the program is called without a command. */
export function addStart(command: Command): void {
  command
    .addOption(
      new Option('-s, --secure-port <port>', 'The port with TLS; 0 means any free port')
        .argParser(parsePort)
        .default(DEVELOPMENT_PORTS.secure),
    )
    .addOption(
      new Option('-p, --plain-port <port>', 'The port without TLS, for pages on localhost; 0 means any free port')
        .argParser(parsePort)
        .default(DEVELOPMENT_PORTS.plain),
    )
    .addOption(
      new Option(
        '-m, --mqtt-port <port>',
        'The port for MQTT directly over TLS, 8883 for the official SDKs; 0 means any free port',
      )
        .argParser(parsePort)
        .default(DEVELOPMENT_PORTS.mqtt),
    )
    .addOption(
      new Option('--host-name <name>', 'The name of the hub in tokens and user names, without a port')
        .argParser(parseHostName)
        .default('localhost'),
    )
    .addOption(
      new Option('--origin <origin>', 'Let pages of this origin connect over WebSocket; repeatable')
        .argParser((text: string, before: readonly string[]) => [...before, ...parseOrigin(text)])
        .default([], 'pages of this machine'),
    )
    .option('--address <address>', 'The address to listen on', '127.0.0.1')
    .option('-f, --data-folder <folder>', 'The folder for state and certificates (default: in memory)')
    .addOption(
      new Option('-d, --device <ids>', 'Create devices: IDs separated by commas; repeatable')
        .argParser(parseDeviceIds)
        .default([], 'only device1'),
    )
    .option('--env <file>', 'Write connection strings to this .env file, and keep its other lines')
    .addOption(
      new Option('--shell <shell>', 'Print variables for this shell')
        .choices(SHELLS)
        .default(detectShell(process.env, process.platform), 'the shell in use'),
    )
    .option('--quiet', 'Do not print a line when a device connects, disconnects, or is rejected', false)
    .addOption(new Option('--tier <tier>', 'Apply the rate limits of this tier').choices(TIERS))
    .addOption(new Option('--units <number>', 'The number of units of the tier').argParser(parseUnits).default(1))
    .option('--lost-locks-count', 'Drop a message after ten deliveries without PUBACK, as in older documents', false)
    .option('--no-clean-sessions-get-queue', 'Keep waiting messages from devices that connect with clean session 1')
    .addOption(
      new Option(
        '--configuration-interval <seconds>',
        'Apply configurations to changed twins at this interval; IoT Hub does so every 300 s',
      )
        .argParser(parseInterval)
        .default(0, 'at once'),
    )
    .addOption(
      new Option('--fault <fault>', "Inject a fault from the start: 'lose:operation=patch,times=1' or JSON; repeatable")
        .argParser((text: string, before: readonly FaultSpec[]) => [...before, parseFault(text)])
        .default([], 'none'),
    )
    .action(async (options: StartOptions) => {
      const [unknown] = command.args
      if (unknown !== undefined) rejectUnknownCommand(command, unknown)
      checkTogether(command, options)
      // The other commands need no hub in their process, and it is large.
      const { runHub } = await import('./run-hub.ts')
      await runHub(options)
    })
  rejectEmptyTexts(command)
}

/** @throws UsageError for options that exclude or require each other */
function checkTogether(command: Command, { tier, units, ...options }: StartOptions): void {
  if (tier === undefined && command.getOptionValueSource('units') === 'cli') {
    throw new UsageError(`--units is ${units}, but there is no --tier; expected --tier ${TIERS.join(', ')}`)
  }
  if (tier === 'F1' && units > 1) throw new UsageError(`--units is ${units}; F1 has a single unit`)
  const ports = new Map<number, string>()
  for (const [option, port] of [
    ['--secure-port', options.securePort],
    ['--plain-port', options.plainPort],
    ['--mqtt-port', options.mqttPort],
  ] as const) {
    const other = ports.get(port)
    if (other !== undefined) throw new UsageError(`${other} and ${option} are both ${port}; expected different ports`)
    if (port !== 0) ports.set(port, option)
  }
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text)
  throw new InvalidArgumentError('A port must be a number from 0 to 65535.')
}

function parseHostName(text: string): string {
  return asArgument(() => checkHostName(text))
}

function parseOrigin(text: string): readonly string[] {
  return asArgument(() => checkOrigins([text]))
}

function asArgument<Value>(parse: () => Value): Value {
  try {
    return parse()
  } catch (error) {
    throw error instanceof RangeError ? new InvalidArgumentError(error.message) : error
  }
}

function parseUnits(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 200) return Number(text)
  throw new InvalidArgumentError('The number of units must be from 1 to 200.')
}

function parseInterval(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('The interval must be from 0 to 99999 seconds.')
}

function parseFault(text: string): FaultSpec {
  try {
    return parseFaultText(text)
  } catch (error) {
    throw error instanceof Refusal ? new InvalidArgumentError(error.message) : error
  }
}
