import { Command } from 'commander'
import { addFleetCommands } from './commands/fleet-commands.ts'
import { query } from './commands/query.ts'
import { reportedProperties } from './commands/reported-properties.ts'
import { addTokenCommands } from './commands/token-commands.ts'
import type { Runner } from './commands/runner.ts'
import { tags } from './commands/tags.ts'
import { updateDesiredProperties } from './commands/update-desired-properties.ts'
import { hubFromEnvironment, meansLocalHub } from './commands/hub-from-environment.ts'
import type { Registry } from './hub/registry.ts'
import { translateError } from './hub/translate-error.ts'
import { ServiceError } from './hub/service-error.ts'
import { printFailure } from './terminal.ts'
import { printable } from './tokens/base/printable.ts'

interface Options {
  readonly device: string
  readonly set?: string
}

const program = new Command('npm run service --')
  .description('The back end of a hub: the one that IOTHUB_CONNECTION_STRING names, or the local one')
  .showHelpAfterError()
  // Errors quote arguments.
  .configureOutput({ writeErr: (text) => process.stderr.write(text.split('\n').map(printable).join('\n')) })

program
  .command('update-desired-properties')
  .description('send one of the five patches of the samples')
  .argument('[number]', '1 to 5')
  .option('-d, --device <id>', 'the device', 'device1')
  .action((number: string | undefined, { device }: Options) =>
    run('Error during patch update', (registry) => updateDesiredProperties(registry, device, number)),
  )

program
  .command('reported-properties')
  .description('show what the device reported')
  .option('-d, --device <id>', 'the device', 'device1')
  .action(({ device }: Options) => run('Error during get twin', (registry) => reportedProperties(registry, device)))

program
  .command('query')
  .description('show the twins that a query finds, each as a line of JSON')
  .argument('<sql>', 'such as "SELECT * FROM devices WHERE tags.site = \'lab\'"')
  .action((sql: string) => run('Error during query', (registry) => query(registry, sql)))

program
  .command('tags')
  .description('show the tags of a device, or merge some into them')
  .option('-d, --device <id>', 'the device', 'device1')
  .option('-s, --set <json>', 'merge patch, such as \'{"site":"lab","old":null}\'')
  .action(({ device, set }: Options) => run('Error during tags', (registry) => tags(registry, device, set)))

const runner: Runner = { withRegistry: run, alone: runAlone }
addFleetCommands(program, runner)
addTokenCommands(program, runner)

// Who reads only the first lines (`| head`) closes the pipe, which is no failure.
process.stdout.once('error', () => process.exit(0))
await program.parseAsync()

function run(what: string, command: (registry: Registry) => Promise<number | void>): Promise<void> {
  return runAlone(what, (openRegistry) => command(openRegistry()))
}

async function runAlone(
  what: string,
  command: (openRegistry: () => Registry) => Promise<number | void>,
): Promise<void> {
  try {
    const code = await command(() => {
      const registry = hubFromEnvironment()
      // Where some other server answers, azure-iothub throws out of a callback of its own, past every promise.
      process.once('uncaughtException', (error) => end(what, translateError(error, registry.authority)))
      return registry
    })
    if (typeof code === 'number') process.exitCode = code
  } catch (error) {
    end(what, error)
  }
}

/** Exits at once: after a missed deadline the SDK may still hold its connection open. */
function end(what: string, error: unknown): never {
  printFailure(explain(what, error))
  process.exit(1)
}

function explain(what: string, error: unknown): string {
  if (!(error instanceof ServiceError)) return error instanceof Error ? error.message : String(error)
  if (error.code === 'ERR_UNREACHABLE' && meansLocalHub()) {
    return `${error.message}; start one in another terminal: npm run emulator`
  }
  return `${what} (${error.code}): ${error.message}`
}
