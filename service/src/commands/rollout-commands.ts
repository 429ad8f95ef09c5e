import { Argument, type Command, Option } from 'commander'
import type { Registry } from '../hub/registry.ts'
import { TIERS } from '../rollout/pace.ts'
import { parseFuture, parseId, parseMinutes, parseSeconds, parseText, parseWhole } from './arguments.ts'
import { rolloutFirmware } from './rollout-firmware.ts'
import { rolloutPause, rolloutRemove, rolloutResume, rolloutRollback, rolloutStatus } from './rollout-manage.ts'
import type { RolloutFirmwareOptions } from './rollout-options.ts'
import type { Runner } from './runner.ts'
import { addExitCodeHelp } from './usage.ts'

export function addRolloutCommands(program: Command, run: Runner): void {
  const rollout = program.command('rollout').description('Roll out a change to the fleet')
  addFirmware(rollout, run)
  const manage = (
    name: string,
    description: string,
    hasVersion: boolean,
    command: (registry: Registry, version: string | undefined) => Promise<void>,
  ): void => {
    const added = rollout
      .command(name)
      .description(description)
      .addArgument(new Argument('<what>', 'The subject of the rollout').choices(['firmware']))
    if (hasVersion) added.argument('[version]', 'The version of the rollout, if there are several', parseText)
    added.action((_what: string, version: string | object | undefined) =>
      run.withRegistry(`Error during rollout ${name}`, (registry) =>
        command(registry, typeof version === 'string' ? version : undefined),
      ),
    )
  }
  manage('status', 'Print the rollouts that the hub carries out', false, rolloutStatus)
  manage('pause', 'Let devices that have started finish, and start no other device', true, rolloutPause)
  manage('resume', 'Continue a paused rollout', true, rolloutResume)
  manage('rollback', 'Remove the newest rollout, so that the hub applies the previous rollout', false, rolloutRollback)
  manage('remove', 'Remove a rollout; devices keep their firmware', true, rolloutRemove)
}

function addFirmware(rollout: Command, run: Runner): void {
  addExitCodeHelp(
    rollout.command('firmware'),
    'Exit code: 0 all devices are done, 1 some failed, or the command failed, 2 wrong usage,\n' +
      '3 stopped or timed out before all were done or failed.',
  )
    .description('Set the desired firmware and follow the reports until each device is done or failed')
    .argument('<version>', 'A firmware version: numbers with dots, and perhaps a suffix, such as 1.3.0 or 1.3.0-beta.1')
    .option(
      '-w, --where <condition>',
      'Select devices by a query condition, such as "tags.site = \'lab\'" (default: every device)',
    )
    .addOption(
      new Option(
        '--by <method>',
        'Let the hub roll out with a configuration, or send the updates from this terminal (default: the hub, if it can)',
      ).choices(['hub', 'terminal']),
    )
    .addOption(new Option('--at <time>', 'Start at this time, with a job of the hub').argParser(parseFuture))
    .addOption(
      new Option('--job <id>', 'Watch the job that a command with --at has scheduled')
        .argParser(parseId)
        .conflicts('at'),
    )
    .addOption(new Option('--timeout <minutes>', 'Stop waiting after this time').argParser(parseMinutes).default(60))
    .addOption(
      new Option('--silence <seconds>', 'Name devices that have not reacted after this time')
        .argParser(parseSeconds)
        .default(30),
    )
    .option('--retry-failed', 'Also retry devices that already failed at this version')
    .option('--replace', 'Take the devices of another rollout that is still running')
    .addOption(
      new Option(
        '--tier <tier>',
        'From this terminal: the tier of the hub (default: S1, or local for the local hub)',
      ).choices(TIERS),
    )
    .addOption(
      new Option('--units <n>', 'From this terminal: the number of units of the hub')
        .argParser(parseWhole(1, 200))
        .default(1),
    )
    .addOption(
      new Option(
        '--rate <n>',
        "From this terminal: send this many updates per second (default: half of the tier's limit)",
      ).argParser(parseWhole(1, 100_000)),
    )
    .action((version: string, options: RolloutFirmwareOptions) =>
      run.alone('Error during rollout', (openRegistry) => rolloutFirmware(openRegistry, version, options)),
    )
}
