import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { simulateDay } from './capacity/day.ts'
import { limitsOf } from '../node-demo/fleet/tier-limits.ts'
import { TIERS } from './capacity/tiers.ts'
import { type Fleet, planOf } from './capacity/plan.ts'
import { count, DEFAULT_FLEET, duration, loadTable, planTable, SIZES } from './capacity/tables.ts'

// Computes the tier and units of the hub and the instances of the token service for a fleet of
// kiosks, also for the herd after an outage. Nothing connects to a hub.

interface Options extends Omit<Fleet, 'kiosks'> {
  readonly kiosks: readonly number[]
  readonly passwordsPerSecond: number
  readonly day?: boolean
}

const command = new Command('npx tsx deploy/capacity.ts')
  .description('Compute the hub and the instances of the token service that a fleet needs.')
  .addOption(new Option('--kiosks <list>', 'Numbers of kiosks, separated by commas').default(SIZES).argParser(sizes))
  .addOption(amount('--password-minutes <n>', 'The lifetime of a device password', DEFAULT_FLEET.passwordMinutes))
  .addOption(amount('--reports-per-hour <n>', 'Reports of a kiosk per hour', DEFAULT_FLEET.reportsPerHour))
  .addOption(amount('--desired-per-day <n>', 'Desired changes of a kiosk per day', DEFAULT_FLEET.desiredPerDay))
  .addOption(amount('--losses-per-day <n>', 'Lost connections of a kiosk per day', DEFAULT_FLEET.lossesPerDay))
  .addOption(amount('--minutes-to-recover <n>', 'Time to be back after an outage', DEFAULT_FLEET.minutesToRecover))
  .addOption(
    amount(
      '--passwords-per-second <n>',
      'Passwords per second of an instance; bench/token-service.md measures it',
      100,
    ),
  )
  .option('--day', 'Simulate a day with an outage of 30 minutes at noon, for each number of kiosks')
  .addHelpText('after', '\nExit code: 0 success, 2 wrong usage.')
  .allowExcessArguments(false)
  .showHelpAfterError('Show the options with --help')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
  .exitOverride()

const { kiosks, passwordsPerSecond, day, ...each } = readOptions()
const service = { passwordsPerSecondAndInstance: passwordsPerSecond }
if (day === true) for (const size of kiosks) console.log(dayOf(size))
else console.log(`${loadTable(kiosks, each)}\n\n${planTable(kiosks, each, service)}`)

/** Commander has already printed its error, the help, or nothing. */
function readOptions(): Options {
  try {
    return command.parse().opts<Options>()
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2)
    throw error
  }
}

function dayOf(size: number): string {
  const fleet = { kiosks: size, ...each }
  const plan = TIERS.map((tier) => planOf(fleet, tier, service)).find(({ type }) => type === 'fits')
  if (plan?.type !== 'fits') return `${count(size)} kiosks: no tier of a single hub is enough`
  const { connections, twinReads } = limitsOf(plan)
  const outage = {
    at: 43_200,
    seconds: 1_800,
    passwordsPerSecond: plan.instances * passwordsPerSecond,
    connectionsPerSecond: Math.min(connections, twinReads),
  }
  const result = simulateDay(fleet, outage, Math.random)
  return [
    `${count(size)} kiosks, ${plan.units} × ${plan.tier}, ${plan.instances} instances:`,
    `  ${count(result.passwords)} passwords, at most ${result.busiestSecond} in a second before the outage`,
    `  after an outage of 30 minutes, all are back in ${duration(result.recoveryInSeconds)}`,
    `  then at most ${result.busiestSecondOfHerd} passwords in a second, and ${count(result.refused)} attempts came too early`,
  ].join('\n')
}

function amount(flags: string, description: string, value: number): Option {
  return new Option(flags, description).default(value).argParser((text) => {
    const number = Number(text)
    if (/^\d+(\.\d+)?$/.test(text) && number >= 0.001 && number <= 1_000_000) return number
    throw new InvalidArgumentError('It must be a number from 0.001 to 1000000.')
  })
}

function sizes(text: string): readonly number[] {
  return text.split(',').map((part) => {
    const number = Number(part)
    if (/^\d+$/.test(part) && number >= 1 && number <= 1_000_000_000) return number
    throw new InvalidArgumentError('It must be whole numbers up to 1000000000, such as 10000,100000.')
  })
}
