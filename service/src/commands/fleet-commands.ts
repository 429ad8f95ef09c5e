import { type Command, Option } from 'commander'
import { deviceOption, parseEtag } from './arguments.ts'
import { addBulkOptions, type BulkOptions, bulkUpdate, isBulk } from './bulk-update.ts'
import { desiredGet, desiredSet } from './desired.ts'
import type { Runner } from './runner.ts'

interface DeviceOptions extends BulkOptions {
  readonly device: string
  readonly etag?: string
  readonly file?: string
}

export function addFleetCommands(program: Command, run: Runner): void {
  const desired = program.command('desired').description("Read or change a device's desired properties")
  desired
    .command('get')
    .description('Print the desired properties with the etag of the twin')
    .addOption(deviceOption())
    .action(({ device }: DeviceOptions) =>
      run.withRegistry('Error during get twin', (registry) => desiredGet(registry, device)),
    )
  const set = desired
    .command('set')
    .description('Merge a patch into the desired properties of a device, and print the result; or of many devices')
    .argument('[json]', 'A merge patch, such as \'{"climate":{"target":21},"old":null}\'')
    .addOption(deviceOption().conflicts(['where', 'job']))
    .option('--file <file>', 'A file with the merge patch; - means standard input')
    .addOption(
      new Option('-e, --etag <etag>', 'Change the twin only if it still has this etag')
        .argParser(parseEtag)
        .conflicts(['where', 'job']),
    )
  addBulkOptions(set).action((json: string | undefined, options: DeviceOptions) =>
    run.withRegistry('Error during patch update', (registry) => {
      const { device, etag, file } = options
      const input = { json, file }
      return isBulk(options)
        ? bulkUpdate(registry, 'desired', input, options)
        : desiredSet(registry, device, input, etag)
    }),
  )
}
