import { type Command, InvalidArgumentError } from 'commander'
import { type HubAddress, callHub, withHub } from './control-call.ts'
import { printable } from './printable.ts'

/** Reads and sets the time of a running hub. */
export function addClockCommand(program: Command): void {
  const clock = program.command('clock').description("Print or set a running hub's time")
  const add = (name: string, text: string): Command => withHub(clock.command(name).description(text))
  const send = async (address: HubAddress, step: object): Promise<void> =>
    printTime(await callHub(address, 'POST', '/hub/clock', JSON.stringify(step)))

  add('show', "Print the hub's time").action(async (address: HubAddress) =>
    printTime(await callHub(address, 'GET', '/hub/clock')),
  )
  add('set', 'Set the time')
    .argument('<time>', 'A time in ISO 8601, such as 2030-01-01T00:00:00Z', parseTime)
    .action((time: string, address: HubAddress) => send(address, { set: time }))
  add('advance', 'Move the time forward')
    .argument('<duration>', 'A duration, such as 500ms, 30s, 10m, 1h, or 7d; to move back, write -- -1h', parseDuration)
    .action((advanceInMs: number, address: HubAddress) => send(address, { advanceInMs }))
  add('stop', 'Stop the clock').action((address: HubAddress) => send(address, { isStopped: true }))
  add('start', 'Start the clock again').action((address: HubAddress) => send(address, { isStopped: false }))
  add('reset', 'Return to the real time').action((address: HubAddress) => send(address, { reset: true }))
  // Only for the group: commands copy the setting when they are added.
  clock.showHelpAfterError()
}

function printTime(text: string): void {
  const { now, isStopped } = JSON.parse(text) as { now: string; isStopped: boolean }
  console.log(printable(isStopped ? `${now} (stopped)` : now))
}

function parseTime(text: string): string {
  const time = new Date(text)
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time.toISOString()
  throw new InvalidArgumentError('A time must be ISO 8601, such as 2030-01-01T00:00:00Z.')
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3600_000, d: 86_400_000 }

function parseDuration(text: string): number {
  const [, sign = '', amount = '', unit = ''] = /^(-?)(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? []
  const milliseconds = Number(amount) * (UNITS[unit] ?? Number.NaN)
  if (Number.isNaN(milliseconds)) throw new InvalidArgumentError('A duration must be like 500ms, 30s, 10m, 1h, or 7d.')
  return sign === '-' ? -milliseconds : milliseconds
}
