import { type Command, Option } from 'commander'
import { TIERS } from '../rollout/pace.ts'
import { parsePositive, parseWhole } from './arguments.ts'
import { desiredGet, desiredSet } from './desired.ts'
import { rolloutFirmware, type RolloutFirmwareOptions } from './rollout-firmware.ts'
import type { Runner } from './runner.ts'

interface DeviceOptions {
  readonly device: string
  readonly etag?: string
  readonly file?: string
}

export function addFleetCommands(program: Command, run: Runner): void {
  const desired = program.command('desired').description("Read or change a device's desired properties")
  desired
    .command('get')
    .description('Print the desired properties with the etag of the twin')
    .option('-d, --device <id>', 'The device', 'device1')
    .action(({ device }: DeviceOptions) =>
      run.withRegistry('Error during get twin', (registry) => desiredGet(registry, device)),
    )
  desired
    .command('set')
    .description('Merge a patch into the desired properties and print the result')
    .argument('[json]', 'A merge patch, such as \'{"climate":{"target":21},"old":null}\'')
    .option('-d, --device <id>', 'The device', 'device1')
    .option('--file <file>', 'A file with the merge patch; - means standard input')
    .option('-e, --etag <etag>', 'Change the twin only if it still has this etag')
    .action((json: string | undefined, { device, etag, file }: DeviceOptions) =>
      run.withRegistry('Error during patch update', (registry) => desiredSet(registry, device, { json, file }, etag)),
    )

  program
    .command('rollout')
    .description('Roll out a change to the fleet')
    .command('firmware')
    .description('Set the desired firmware and follow the reports until each device is done or failed')
    .argument('<version>', 'A firmware version, such as 1.3.0')
    .option(
      '-w, --where <condition>',
      'Select devices by a query condition, such as "tags.site = \'lab\'" (default: every device)',
    )
    .addOption(
      new Option('--tier <tier>', 'The tier of the hub (default: S1, or local for the local hub)').choices(TIERS),
    )
    .addOption(new Option('--units <n>', 'The number of units of the hub').argParser(parseWhole(1, 200)).default(1))
    .addOption(
      new Option('--rate <n>', "Send this many updates per second (default: half of the tier's limit)").argParser(
        parseWhole(1, 100_000),
      ),
    )
    .addOption(new Option('--timeout <minutes>', 'Stop waiting after this time').argParser(parsePositive).default(60))
    .addOption(
      new Option('--silence <seconds>', 'Name connected devices that have not reacted after this time')
        .argParser(parsePositive)
        .default(30),
    )
    .option('--retry-failed', 'Also retry devices that already failed at this version')
    .addHelpText(
      'after',
      '\nExit code: 0 all devices are done, 1 some failed, 3 stopped or timed out before all were done or failed.',
    )
    .action((version: string, options: RolloutFirmwareOptions) =>
      run.withRegistry('Error during rollout', (registry) => rolloutFirmware(registry, version, options)),
    )
}
