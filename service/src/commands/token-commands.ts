import { type Command, Option } from 'commander'
import { code, type CodeOptions } from './code.ts'
import { parseWhole } from './arguments.ts'
import { revoke, type RevokeOptions } from './revoke.ts'
import { rotateKeys, type RotateKeysOptions } from './rotate-keys.ts'
import type { Runner } from './runner.ts'
import { serve, type ServeOptions } from './serve.ts'

export function addTokenCommands(program: Command, run: Runner): void {
  const state = (): Option =>
    new Option('--state <folder>', 'where keys, codes and revocations are').default('.hubtwin/token-service')
  const tokenDays = (): Option =>
    new Option('--token-days <days>', "how long a device's JWT is good for; it is renewed before")
      .argParser(parseWhole(1, 400))
      .default(30)
  const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text]

  program
    .command('serve')
    .description('run the token service: passwords for devices that hold no key')
    .addOption(new Option('-p, --port <port>', '0 for any free one').argParser(parseWhole(0, 65_535)).default(8787))
    .option('--address <address>', 'to listen on', '127.0.0.1')
    .addOption(
      new Option('-o, --origin <origin>', 'of a page that may ask, https or of an app; may be repeated')
        .argParser(collect)
        .default([], 'its own'),
    )
    .option('--static <folder>', 'a built page to serve from the same origin')
    .option('-d, --device <id>', 'print a one-time code for this device (default: device1 of the local hub)')
    .addOption(
      new Option('--key <whose>', "sign with the policy's key, or with each device's own from the registry")
        .choices(['policy', 'device'])
        .default('policy'),
    )
    .addOption(
      new Option('--sas-minutes <minutes>', 'how long a password is good for')
        .argParser(parseWhole(1, 1440))
        .default(60),
    )
    .addOption(tokenDays())
    .option('--jwks <file or address>', 'also take the JWTs of somebody else: their public keys, over https')
    .option('--issuer <name>', 'the iss of those JWTs')
    .option('--audience <name>', 'the aud of those JWTs')
    .addOption(
      new Option('--algorithm <name>', 'of those JWTs; may be repeated')
        .argParser(collect)
        .default([], 'ES256 and RS256'),
    )
    .option(
      '--devices <file>',
      'JSON that maps the subjects of those JWTs to devices (default: the subject is the device)',
    )
    .addOption(new Option('--per-address <n>', 'requests of an address a minute').argParser(parseWhole(1)).default(120))
    .addOption(new Option('--per-subject <n>', 'passwords of a device a minute').argParser(parseWhole(1)).default(20))
    .option('--trust-proxy', 'a proxy of yours writes X-Forwarded-For and X-Forwarded-Proto', false)
    .addOption(state())
    .action((options: ServeOptions) => run.alone('Error in the token service', () => serve(options)))

  program
    .command('code')
    .description('make a one-time code, with which a device enrolls')
    .argument('<device>')
    .addOption(
      new Option('-m, --minutes <minutes>', 'how long it is good for').argParser(parseWhole(1, 10_080)).default(15),
    )
    .option('--create', 'make the device at the hub where it has none')
    .addOption(state())
    .action((device: string, options: CodeOptions) =>
      run.withRegistry('Error during code', (registry) => code(registry, device, options)),
    )

  program
    .command('revoke')
    .description('end what was issued to a device or a subject, or one enrollment by its tokenId in the log')
    .argument('<name>', 'a device ID, a subject or a tokenId')
    .option('--disable', 'disable the device at the hub too')
    .option('--devices <file>', 'the file of "serve" that maps subjects to devices, to disable the right one')
    .addOption(state())
    .action((name: string, options: RevokeOptions) =>
      run.alone('Error during revoke', (openRegistry) => revoke(openRegistry, name, options)),
    )

  program
    .command('rotate-keys')
    .description('sign with a new key; what older keys signed stays good')
    .option('--drop-old', 'end everything that was issued before, at once')
    .addOption(tokenDays())
    .addOption(state())
    .action((options: RotateKeysOptions) => run.alone('Error during rotate-keys', () => rotateKeys(options)))
}
