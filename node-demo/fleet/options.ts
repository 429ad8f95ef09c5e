import { availableParallelism } from 'node:os'
import { Command, InvalidArgumentError, Option } from 'commander'
import { FLEET_COMMAND, HUB_COMMAND } from './invocation.ts'
import { MODEL_NAMES, type ModelName } from './fleet-model.ts'
import { hasTwins, MAX_UNITS, type Tier, TIERS } from './tier-limits.ts'

/** The options of a run, checked. */
export interface FleetOptions {
  readonly model: ModelName
  /** The first and the last device, from 1. */
  readonly from: number
  readonly to: number | undefined
  readonly prefix: string
  readonly connectionStrings: string | undefined
  readonly create: boolean
  readonly delete: boolean
  readonly tier: Tier | undefined
  readonly units: number
  readonly connectRate: number | undefined
  /** 0: reports only changes of state. */
  readonly reportEvery: number
  /** Seconds; 0: no telemetry. */
  readonly telemetryEvery: number
  /** Percent. */
  readonly jitter: number
  /** Seconds; `undefined` until Ctrl+C. */
  readonly duration: number | undefined
  readonly workers: number
  readonly every: number
  readonly closeSeconds: number
  readonly csv: string | undefined
  readonly json: string | undefined
}

type Raw = Omit<FleetOptions, 'create' | 'delete'> & {
  readonly devices?: number
  readonly create?: true
  readonly delete?: true
}

const DEFAULT_DEVICES = 100

const EXAMPLES = `
Credentials:
  Without --connection-strings, the devices are <prefix><from> to <prefix><to> of the hub that
  IOTHUB_CONNECTION_STRING names, and authenticate with its policy, such as iothubowner. The default
  is the local hub, which ${HUB_COMMAND} starts. --create registers the devices that are missing.

Examples:
  ${FLEET_COMMAND} --create --devices 1000
  ${FLEET_COMMAND} --connection-strings devices.csv --model firmware --report-every 300 --csv run.csv
  ${FLEET_COMMAND} --from 5001 --to 10000 --connect-rate 50    (the second of two containers)

Exit code: 0 every device was synchronized, 1 failure, 2 wrong usage, 3 stopped before that.
`

/**
 * @param version of the package
 * @throws CommanderError for a wrong option, and for options that exclude or require each other
 */
export function readOptions(args: readonly string[], version: string): FleetOptions {
  const command = createCommand(version)
  const raw = command.parse(args, { from: 'user' }).opts<Raw>()
  const problem = problemOf(raw)
  if (problem !== undefined) command.error(problem)
  const { devices, ...options } = raw
  const count = devices ?? (raw.connectionStrings === undefined ? DEFAULT_DEVICES : undefined)
  const to = raw.to ?? (count === undefined ? undefined : raw.from + count - 1)
  return { ...options, to, create: raw.create === true, delete: raw.delete === true }
}

/** Finds options that exclude or require each other. */
function problemOf({
  devices,
  from,
  to,
  connectionStrings,
  create,
  delete: removes,
  tier,
  units,
}: Raw): string | undefined {
  if (devices !== undefined && to !== undefined) return 'Give either --devices or --to, not both'
  if (connectionStrings !== undefined && (create === true || removes === true)) {
    return '--create and --delete are for the devices of a registry, not for --connection-strings'
  }
  if (to !== undefined && to < from) return `--to is ${to}; expected at least --from, ${from}`
  if (tier === undefined) return undefined
  if (!hasTwins(tier)) return `--tier is ${tier}, and the basic tiers have no twins; expected F1, S1, S2, or S3`
  return units > MAX_UNITS[tier] ? `--units is ${units}; ${tier} has at most ${MAX_UNITS[tier]}` : undefined
}

function createCommand(version: string): Command {
  return new Command(FLEET_COMMAND)
    .description('Run a fleet of simulated devices against an IoT hub, and measure it.')
    .version(version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Show this help')
    .addOption(new Option('--model <name>', 'The model of the devices').choices(MODEL_NAMES).default('thermostat'))
    .option('--devices <n>', `Number of devices (default: ${DEFAULT_DEVICES}, or the whole file)`, whole(1))
    .option('--from <n>', 'Number of the first device', whole(1), 1)
    .option('--to <n>', 'Number of the last device, in place of --devices', whole(1))
    .addOption(
      new Option('--prefix <text>', 'Start of the device IDs')
        .argParser(readPrefix)
        .default('fleet-')
        .conflicts('connectionStrings'),
    )
    .option('--connection-strings <file>', 'File with device connection strings, one per line, or CSV', path)
    .option('--create', 'Create the devices that the hub lacks')
    .option('--delete', 'Delete the devices of the range from the hub at the end')
    .addOption(new Option('--tier <name>', 'Tier of the hub (default: S1; unlimited for a local hub)').choices(TIERS))
    .option('--units <n>', 'Units of the hub', whole(1), 1)
    .option(
      '--connect-rate <n>',
      'Connections per second (default: the limit of the tier; 200 for a local hub)',
      above0,
    )
    .option('--report-every <seconds>', 'Time between two reports of a device; 0: only changes', seconds(0), 60)
    .option('--telemetry-every <seconds>', 'Time between two telemetry messages of a device; 0: none', seconds(0), 0)
    .option('--jitter <percent>', 'Deviation of these times', whole(0, 100), 20)
    .option('--duration <seconds>', 'Stop after this time (default: at Ctrl+C)', seconds(1))
    .option('--workers <n>', 'Worker threads', whole(1, 256), availableParallelism())
    .option('--every <seconds>', 'Time between two lines, rows, or updates of the screen', seconds(0.2), 1)
    .option('--close-seconds <seconds>', 'Deadline to close all connections at the end', seconds(1), 30)
    .option('--csv <file>', 'Write a row for each interval', path)
    .option('--json <file>', 'Write the result and all intervals at the end', path)
    .addHelpText('after', EXAMPLES)
    .allowExcessArguments(false)
    .showHelpAfterError('Show the options with --help')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
    .exitOverride()
}

/** A timer of Node accepts at most 2^31 - 1 ms, and fires at once for a longer time. */
const MAX_SECONDS = 2_000_000

const DECIMAL = /^\d+(\.\d+)?$/

function path(text: string): string {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('Expected the path of a file.')
}

function whole(min: number, max = 10_000_000): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= min && number <= max) return number
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`)
  }
}

function seconds(min: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (DECIMAL.test(text) && number >= min && number <= MAX_SECONDS) return number
    throw new InvalidArgumentError(`Expected seconds from ${min} to ${MAX_SECONDS}.`)
  }
}

function above0(text: string): number {
  const number = Number(text)
  if (DECIMAL.test(text) && number > 0 && number <= 100_000) return number
  throw new InvalidArgumentError('Expected a number above 0, up to 100000.')
}

/**
 * The characters of a device ID (docs/protocol/protocol.md §1.3 and Microsoft: "Identity
 * registry").
 */
function readPrefix(text: string): string {
  if (/^[\w\-.+%#*?!(),:=@$']{1,100}$/.test(text)) return text
  throw new InvalidArgumentError("Expected 1 to 100 letters, digits, and - . + % _ # * ? ! ( ) , : = @ $ '.")
}
