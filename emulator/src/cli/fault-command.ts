import { Argument, type Command, InvalidArgumentError } from 'commander'
import type { FaultReport } from '../faults/faults.ts'
import { parseFaultFields } from '../faults/fault-text.ts'
import { type FaultSpec, FAULT_NAMES } from '../faults/fault-spec.ts'
import { Refusal } from '../errors/refusal.ts'
import { parseDeviceId, parseModuleId } from './arguments.ts'
import { type HubAddress, HubRefusal, callHub, withHub } from './control-call.ts'
import { printable } from './printable.ts'

interface FaultHelp {
  readonly text: string
  /** The operations that the fault can affect; absent for a fault of connections. */
  readonly operation?: string
  readonly options?: readonly string[]
}

const FAULT_HELP: Readonly<Record<FaultSpec['fault'], FaultHelp>> = {
  throttle: {
    text: 'Answer requests with 429, or only those above a rate',
    operation: 'Only for these operations: get, patch, or rest (default: all)',
    options: ['rate', 'times', 'probability'],
  },
  refuse: {
    text: 'Refuse CONNECTs, upgrades, or requests',
    operation:
      'Only for these operations: connect, early-packet (sent before CONNACK), upgrade, get, patch, or rest (default: connect)',
    options: ['code', 'status', 'times', 'probability'],
  },
  lose: {
    text: 'Lose responses, desired patches, or PUBACKs',
    operation:
      'Only for these operations: get, early-get (sent before SUBACK), patch, rest, notification (a desired patch), or puback (default: every response)',
    options: ['times', 'probability'],
  },
  duplicate: {
    text: 'Send desired patches or responses twice',
    operation:
      'Only for these operations: notification (a desired patch), get, patch, or answer (get and patch) (default: notification)',
    options: ['times', 'probability'],
  },
  delay: {
    text: 'Delay responses, desired patches, or PUBACKs',
    operation:
      'Only for these operations: get, patch, rest, notification (a desired patch), or puback (default: every response)',
    options: ['milliseconds', 'times', 'probability'],
  },
  close: {
    text: 'Close the connection when a telemetry message arrives',
    operation: 'When to close it: before-storing (the message is lost) or after-storing (a repeat is a duplicate)',
    options: ['times', 'probability'],
  },
  silence: { text: 'Keep connections open and send nothing', options: ['times'] },
  kick: { text: 'Break connections now' },
  expire: { text: 'Expire all tokens in use now' },
}

const OPTION_TEXTS: Readonly<Record<string, readonly [value: string, text: string]>> = {
  times: ['number', 'Inject the fault this often (default: until you clear it)'],
  probability: ['share', 'Inject the fault with this probability, such as 0.1 (default: 1)'],
  rate: ['number', 'Affect only requests above this number per second'],
  milliseconds: ['number', 'The length of the delay'],
  status: ['status', 'The status of the HTTP or MQTT response (default: 503)'],
  code: ['code', 'The return code of the CONNACK (default: 5)'],
}

/** Injects, lists, and clears faults of a running hub. */
export function addFaultCommand(program: Command): void {
  const fault = program.command('fault').description('Inject faults into a running hub')
  for (const name of FAULT_NAMES) {
    const { text, operation, options = [] } = FAULT_HELP[name]
    const command = withHub(fault.command(name).description(text))
      .option('-d, --device <id>', 'Only for this device (default: all devices)', parseDeviceId)
      .option('--module <id>', 'Only for this module of the device (default: the device itself)', parseModuleId)
    if (operation !== undefined) command.option('--operation <operation>', operation)
    for (const option of options) {
      const [value, meaning] = OPTION_TEXTS[option] ?? [option, option]
      command.option(`--${option} <${value}>`, meaning)
    }
    command.action(async ({ hub, connectionString, ...given }: HubAddress & Record<string, string>) => {
      const spec = specFrom(command, name, given)
      const address = { hub, ...(connectionString !== undefined && { connectionString }) }
      console.log(
        format(JSON.parse(await callHub(address, 'POST', '/hub/faults', JSON.stringify(spec))) as FaultReport),
      )
      await warnOfMissingDevice(address, spec)
    })
  }
  withHub(fault.command('list').description('List the faults, and how often the hub injected each')).action(
    async (address: HubAddress) => {
      const reports = JSON.parse(await callHub(address, 'GET', '/hub/faults')) as FaultReport[]
      console.log(reports.length === 0 ? 'No fault is set.' : reports.map(format).join('\n'))
    },
  )
  withHub(
    fault
      .command('clear')
      .description('Remove a fault, or all faults')
      .addArgument(new Argument('[id]', 'The ID of the fault').argParser(parseFaultId)),
  ).action(async (id: string | undefined, address: HubAddress) => {
    await callHub(address, 'DELETE', id === undefined ? '/hub/faults' : `/hub/faults/${encodeURIComponent(id)}`)
    console.log(id === undefined ? 'All faults are removed.' : `Fault ${id} is removed.`)
  })
  // Only for the group: commands copy the setting when they are added.
  fault.showHelpAfterError()
}

/** A fault may precede its device. More often, the ID is misspelled. */
async function warnOfMissingDevice(address: HubAddress, { device, module }: FaultSpec): Promise<void> {
  if (device === undefined) return
  const parts = module === undefined ? [device] : [device, 'modules', module]
  try {
    await callHub(address, 'GET', `/hub/devices/${parts.map(encodeURIComponent).join('/')}`)
  } catch (error) {
    if (!(error instanceof HubRefusal) || error.status !== 404) throw error
    console.warn(printable(`Warning: ${error.message} yet, so the fault affects nothing now.`))
  }
}

function parseFaultId(text: string): string {
  if (/^\d{1,9}$/.test(text)) return text
  throw new InvalidArgumentError('The ID of a fault must be a number, as fault list prints it.')
}

/** Reports invalid options as wrong usage. */
function specFrom(command: Command, name: string, given: Readonly<Record<string, string>>): FaultSpec {
  try {
    return parseFaultFields(name, Object.entries(given))
  } catch (error) {
    if (error instanceof Refusal) command.error(asOption(command, error.message))
    throw error
  }
}

/** A message starts with the name of the field, which is the name of its option. */
function asOption(command: Command, message: string): string {
  const [, name = '', problem = ''] = /^(\w+): (.*)$/s.exec(message) ?? []
  const option = command.options.find((each) => each.attributeName() === name)
  if (option === undefined) return message
  return problem === 'is missing' ? `--${name} is missing. ${option.description}` : `--${name}: ${problem}`
}

/** `3  lose operation=patch device=device1 times=1  injected 0`; `kick` and `expire` have no ID. */
function format({ id, injected, fault, ...rest }: FaultReport): string {
  const parts = [fault, ...Object.entries(rest).map(([key, value]) => `${key}=${String(value)}`)].join(' ')
  return printable(id === undefined ? `${parts}: ${injected}` : `${id}  ${parts}  injected ${injected}`)
}
