import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError, Option } from 'commander'
import { formatAs } from '../tools/format.ts'
import { withSection } from '../tools/interop/table.ts'
import type { Fleet } from './load-by-tier/load.ts'
import { GUIDE_FLEET, guideTables, loadTable, tierTable } from './load-by-tier/tables.ts'

// Computes the load of a fleet, and the tier and units that carry it, from the documented limits.
// Nothing connects to a hub. `--write` updates the tables of the guide.

const GUIDE = fileURLToPath(new URL('../docs/guides/fleet.md', import.meta.url))
const BY_DEFAULT = GUIDE_FLEET

const options = new Command('npx tsx bench/load-by-tier.ts')
  .description('Compute the load of a fleet, and the units that it needs in each tier of IoT Hub.')
  .option('--devices <list>', 'Numbers of devices, separated by commas', readSizes, [10_000, 100_000, 1_000_000])
  .addOption(amount('--reports-per-hour <n>', 'Reports of a device per hour', BY_DEFAULT.reportsPerHour))
  .addOption(amount('--desired-per-day <n>', 'Desired changes of a device per day', BY_DEFAULT.desiredPerDay))
  .addOption(amount('--connects-per-day <n>', 'Connections of a device per day', BY_DEFAULT.connectsPerDay))
  .addOption(amount('--telemetry-per-hour <n>', 'Telemetry messages of a device per hour', BY_DEFAULT.telemetryPerHour))
  .addOption(amount('--bytes <n>', 'Size of a report, a change, or a message', BY_DEFAULT.bytes))
  .addOption(amount('--twin-bytes <n>', 'Size of a twin without tags', BY_DEFAULT.twinBytes))
  .addOption(amount('--minutes-to-recover <n>', 'Time to be back after an outage', BY_DEFAULT.minutesToRecover))
  .option('--write', 'Write the tables of docs/guides/fleet.md, with the defaults')
  .showHelpAfterError()
  .parse()
  .opts<Omit<Fleet, 'devices'> & { devices: readonly number[]; write?: true }>()

if (options.write === true) {
  const text = withSection(readFileSync(GUIDE, 'utf8'), 'load by tier', guideTables())
  writeFileSync(GUIDE, formatAs(GUIDE, text))
} else {
  const { devices, write: _write, ...each } = options
  console.log(`${loadTable(devices, each)}\n\n${tierTable(devices, each)}`)
}

function amount(flags: string, description: string, value: number): Option {
  return new Option(flags, description).default(value).argParser((text) => {
    const number = Number(text)
    if (text.trim() !== '' && number >= 0 && Number.isFinite(number)) return number
    throw new InvalidArgumentError('It must be a number, 0 or more.')
  })
}

function readSizes(text: string): readonly number[] {
  return text.split(',').map((part) => {
    const number = Number(part)
    if (Number.isInteger(number) && number >= 1) return number
    throw new InvalidArgumentError('It must be whole numbers such as 10000,100000.')
  })
}
