import { Command } from 'commander'
import { addBulkOptions, type BulkOptions, bulkUpdate, isBulk } from './commands/bulk-update.ts'
import { deviceOption, parseText } from './commands/arguments.ts'
import { addDeviceCommands } from './commands/device-commands.ts'
import { addFleetCommands } from './commands/fleet-commands.ts'
import { addRolloutCommands } from './commands/rollout-commands.ts'
import { query } from './commands/query.ts'
import { reportedProperties } from './commands/reported-properties.ts'
import type { OpenRegistry, Runner } from './commands/runner.ts'
import { tags } from './commands/tags.ts'
import { addTokenCommands } from './commands/token-commands.ts'
import { updateDesiredProperties } from './commands/update-desired-properties.ts'
import { connectionFromEnvironment, hubFromEnvironment, messageWithAdvice } from './commands/hub-from-environment.ts'
import type { Registry } from './hub/registry.ts'
import { translateError } from './hub/translate-error.ts'
import { ServiceError } from './hub/service-error.ts'
import { VERSION } from './runtime/version.ts'
import { endAtOutputErrors, printFailure } from './terminal.ts'
import { printWait } from './commands/print-wait.ts'
import { PROGRAM } from './commands/program-name.ts'
import { completeProgram, EXIT_CODES, exitCodeOf, UsageError, usageText } from './commands/usage.ts'
import { printable } from './tokens/base/printable.ts'

interface Options extends BulkOptions {
  readonly device: string
  readonly set?: string
  readonly file?: string
}

const program = new Command(PROGRAM)
  .description('The back end of the hub that IOTHUB_CONNECTION_STRING names, or of the local hub')
  .version(VERSION, '-V, --version', 'Print the version')
  .helpOption('-h, --help', 'Show this help')
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => write(usageText(text)),
    // Errors quote arguments, which may hold control characters.
    writeErr: (text) => process.stderr.write(text.split('\n').map(printable).join('\n')),
  })

program
  .command('update-desired-properties')
  .description('Send one of the five sample patches')
  .argument('[number]', 'The number of the patch, from 1 to 5')
  .addOption(deviceOption())
  .action((number: string | undefined, { device }: Options) =>
    run('Error during patch update', (registry) => updateDesiredProperties(registry, device, number)),
  )

program
  .command('reported-properties')
  .description('Print the reported properties of a device')
  .addOption(deviceOption())
  .action(({ device }: Options) => run('Error during get twin', (registry) => reportedProperties(registry, device)))

program
  .command('query')
  .description('Print the results of a query, one line of JSON per row')
  .argument('<sql>', 'A query, such as "SELECT * FROM devices WHERE tags.site = \'lab\'"', parseText)
  .action((sql: string) => run('Error during query', (registry) => query(registry, sql)))

addBulkOptions(
  program
    .command('tags')
    .description('Print the tags of a device, or merge a patch into the tags of one or many devices')
    .addOption(deviceOption().conflicts(['where', 'job']))
    .option('-s, --set <json>', 'A merge patch, such as \'{"site":"lab","old":null}\'')
    .option('--file <file>', 'A file with the merge patch; - means standard input'),
).action((options: Options) =>
  run('Error during tags', (registry) => {
    const input = { json: options.set, file: options.file }
    return isBulk(options) ? bulkUpdate(registry, 'tags', input, options) : tags(registry, options.device, input)
  }),
)

const runner: Runner = { withRegistry: run, withHub: runWithHub, alone: runAlone }
addDeviceCommands(program, runner)
addFleetCommands(program, runner)
addRolloutCommands(program, runner)
addTokenCommands(program, runner)

endAtOutputErrors()
completeProgram(program)
try {
  await program.parseAsync()
} catch (error) {
  const code = exitCodeOf(error)
  if (code === undefined) throw error
  process.exitCode = code
}

function run(what: string, command: (registry: Registry) => Promise<number | void>): Promise<void> {
  return runAlone(what, (openRegistry) => command(openRegistry()))
}

function runAlone(what: string, command: (openRegistry: OpenRegistry) => Promise<number | void>): Promise<void> {
  return runSafely(what, () =>
    command(({ isPatient = true } = { isPatient: true }) => {
      const registry = hubFromEnvironment(isPatient ? { retries: { onWait: printWait } } : {})
      catchSdkErrors(what, registry.authority)
      return registry
    }),
  )
}

function runWithHub(what: string, command: (connectionString: string) => Promise<number | void>): Promise<void> {
  return runSafely(what, () => {
    const { connectionString, authority } = connectionFromEnvironment()
    catchSdkErrors(what, authority)
    return command(connectionString)
  })
}

async function runSafely(what: string, command: () => Promise<number | void>): Promise<void> {
  try {
    const code = await command()
    if (typeof code === 'number') process.exitCode = code
  } catch (error) {
    end(what, error)
  }
}

/**
 * If another kind of server answers, azure-iothub throws from an internal callback, outside any
 * promise.
 */
function catchSdkErrors(what: string, authority: string): void {
  process.once('uncaughtException', (error) => end(what, translateError(error, authority)))
}

/** Exits at once, because after a missed deadline the SDK may still hold its connection open. */
function end(what: string, error: unknown): never {
  printFailure(explain(what, error))
  process.exit(error instanceof UsageError ? EXIT_CODES.usage : EXIT_CODES.failure)
}

function explain(what: string, error: unknown): string {
  if (!(error instanceof ServiceError)) return error instanceof Error ? error.message : String(error)
  const message = messageWithAdvice(error)
  const isMissingHub = error.code === 'ERR_UNREACHABLE' && message !== error.message
  return isMissingHub ? message : `${what} (${error.code}): ${message}`
}
