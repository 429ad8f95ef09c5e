import { type Command, Option } from 'commander'
import type { CodeOptions } from './code.ts'
import { parseId, parseText, parseWhole } from './arguments.ts'
import type { RevokeOptions } from './revoke.ts'
import type { RotateKeysOptions } from './rotate-keys.ts'
import type { Runner } from './runner.ts'
import type { ServeOptions } from './serve-options.ts'
import { DEFAULT_STATE, type StateOptions } from './state-options.ts'
import { addNeed } from './usage.ts'

/**
 * Adds the commands of the token service. Each loads its code when it runs, because the HTTP
 * server, the JWT library, and the client of Redis take longer to load than most commands to run.
 */
export function addTokenCommands(program: Command, run: Runner): void {
  addServe(program, run)
  addCode(program, run)
  addRevoke(program, run)
  addRotateKeys(program, run)
  addState(program, run)
}

const state = (): Option =>
  new Option('--state <folder>', `The folder of the keys, codes, and revocations (default: "${DEFAULT_STATE}")`)
const store = (): Option =>
  new Option('--store <address>', 'Redis or Valkey in place of the folder (default: the variable HUBTWIN_STORE)')
const tokenDays = (): Option =>
  new Option('--token-days <days>', "The lifetime of a device's JWT; devices renew it earlier")
    .argParser(parseWhole(1, 400))
    .default(30)
const collect = (text: string, before: readonly string[]): readonly string[] => [...before, parseText(text)]

function addServe(program: Command, run: Runner): void {
  const command = program
    .command('serve')
    .description('Run the token service, which gives passwords to devices without a key')
    .addOption(
      new Option('-p, --port <port>', 'The port to listen on; 0 picks a free port')
        .argParser(parseWhole(0, 65_535))
        .default(8787),
    )
    .option('--address <address>', 'The address to listen on', '127.0.0.1')
    .addOption(
      new Option('-o, --origin <origin>', 'Let pages of this origin (https or an app) use the service; repeatable')
        .argParser(collect)
        .default([], 'its own origin'),
    )
    .option('--static <folder>', 'Serve the built page in this folder from the same origin')
    .option('-d, --device <id>', 'Print a one-time code for this device (default: device1 of the local hub)', parseId)
    .addOption(
      new Option('--key <whose>', "Sign with the policy's key, or with each device's own key from the registry")
        .choices(['policy', 'device'])
        .default('policy'),
    )
    .addOption(
      new Option('--sas-minutes <minutes>', 'The lifetime of a device password')
        .argParser(parseWhole(1, 1440))
        .default(60),
    )
    .addOption(tokenDays())
    .option(
      '--jwks <file or address>',
      'Also accept JWTs that another issuer signs with these keys; an address needs https',
    )
    .option('--issuer <name>', 'The iss of those JWTs')
    .option('--audience <name>', 'The aud of those JWTs')
    .addOption(
      new Option('--algorithm <name>', 'An algorithm of those JWTs; repeatable')
        .argParser(collect)
        .default([], 'ES256 and RS256'),
    )
    .option(
      '--devices <file>',
      'A JSON file that maps the subjects of those JWTs to devices (default: the subject is the device)',
    )
    .addOption(
      new Option('--per-address <n>', 'Allow this many requests per address and minute')
        .argParser(parseWhole(1))
        .default(120),
    )
    .addOption(
      new Option('--per-subject <n>', 'Allow this many passwords per device and minute')
        .argParser(parseWhole(1))
        .default(20),
    )
    .option('--trust-proxy', 'Trust X-Forwarded-For and X-Forwarded-Proto, which your proxy sets', false)
    .addOption(
      new Option('--metrics-port <port>', 'Serve OpenMetrics at /metrics on this port; 0 picks a free port').argParser(
        parseWhole(0, 65_535),
      ),
    )
    .option('--metrics-address <address>', 'The address of the metrics port', '127.0.0.1')
    .addOption(
      new Option('--drain-seconds <n>', 'After SIGTERM, accept requests for this time while /readyz answers 503')
        .argParser(parseWhole(0, 600))
        .default(0),
    )
    .addOption(state())
    .addOption(store())
    .action((options: ServeOptions) =>
      run.alone('Error in the token service', async () => (await import('./serve.ts')).serve(options)),
    )
  addNeed(command, 'algorithm', ['jwks'])
  addNeed(command, 'devices', ['jwks'])
  addNeed(command, 'metricsAddress', ['metricsPort'])
}

function addCode(program: Command, run: Runner): void {
  program
    .command('code')
    .description('Create a one-time code that enrolls a device')
    .argument('<device>', 'The ID of the device', parseId)
    .addOption(
      new Option('-m, --minutes <minutes>', 'The lifetime of the code').argParser(parseWhole(1, 10_080)).default(15),
    )
    .option('--create', 'Create the device if the hub does not have it')
    .addOption(state())
    .addOption(store())
    .action((device: string, options: CodeOptions) =>
      run.withRegistry('Error during code', async (registry) =>
        (await import('./code.ts')).code(registry, device, options),
      ),
    )
}

function addRevoke(program: Command, run: Runner): void {
  program
    .command('revoke')
    .description('End the tokens of a device, a subject, or an enrollment')
    .argument('<name>', 'A device ID, a subject, or a tokenId of the log')
    .option('--disable', 'Also disable the device at the hub')
    .option('--force', 'Also revoke a name that never enrolled')
    .option('--devices <file>', 'The file of "serve" that maps subjects to devices, to disable the right device')
    .addOption(state())
    .addOption(store())
    .action((name: string, options: RevokeOptions) =>
      run.alone('Error during revoke', async (openRegistry) =>
        (await import('./revoke.ts')).revoke(openRegistry, name, options),
      ),
    )
}

function addRotateKeys(program: Command, run: Runner): void {
  program
    .command('rotate-keys')
    .description('Sign with a new key; older keys stay valid for the tokens that they signed')
    .option('--drop-old', 'Invalidate all earlier tokens at once')
    .addOption(tokenDays())
    .addOption(state())
    .addOption(store())
    .action((options: RotateKeysOptions) =>
      run.alone('Error during rotate-keys', async () => (await import('./rotate-keys.ts')).rotateKeys(options)),
    )
}

function addState(program: Command, run: Runner): void {
  program
    .command('state')
    .description('Print where the state of the token service is, and how much it holds')
    .addOption(state())
    .addOption(store())
    .action((options: StateOptions) =>
      run.alone('Error during state', async () => (await import('./describe-state.ts')).describeState(options)),
    )
}
