import type { Command } from 'commander'
import type { FaultReport } from '../faults/faults.ts'
import { parseFaultFields } from '../faults/fault-text.ts'
import { type FaultSpec, faultNames } from '../faults/fault-spec.ts'
import { Refusal } from '../errors/refusal.ts'
import { type HubAddress, callHub, withHub } from './control-call.ts'
import { printable } from './printable.ts'

interface FaultHelp {
  readonly text: string
  /** The operations that the fault can affect; absent for a fault of connections. */
  readonly operation?: string
  readonly options?: readonly string[]
}

const helpOf: Readonly<Record<FaultSpec['fault'], FaultHelp>> = {
  throttle: {
    text: 'answer requests with 429, or only those above a rate',
    operation: 'get, patch, or rest (default: all)',
    options: ['rate', 'times'],
  },
  refuse: {
    text: 'refuse CONNECTs, upgrades, or requests',
    operation: 'connect, early-packet (sent before CONNACK), upgrade, get, patch, or rest (default: connect)',
    options: ['code', 'status', 'times'],
  },
  lose: {
    text: 'lose answers or notifications',
    operation: 'get, early-get (sent before SUBACK), patch, rest, or notification (default: every answer)',
    options: ['times'],
  },
  duplicate: {
    text: 'send notifications or answers twice',
    operation: 'notification, get, patch, or answer (default: notification)',
    options: ['times'],
  },
  delay: {
    text: 'delay answers or notifications',
    operation: 'get, patch, rest, or notification (default: every answer)',
    options: ['milliseconds', 'times'],
  },
  silence: { text: 'keep connections open and send nothing', options: ['times'] },
  kick: { text: 'break connections now' },
  expire: { text: 'expire the tokens of connected devices now' },
}

const optionTexts: Readonly<Record<string, readonly [value: string, text: string]>> = {
  times: ['number', 'how often (default: until you clear the fault)'],
  rate: ['number', 'only requests above this number per second'],
  milliseconds: ['number', 'how long'],
  status: ['status', 'of the HTTP or MQTT answer (default: 503)'],
  code: ['code', 'of the CONNACK (default: 5)'],
}

/** Injects, lists, and clears faults of a running hub. */
export function addFaultCommand(program: Command): void {
  const fault = program.command('fault').description('Inject faults into a running hub.')
  for (const name of faultNames) {
    const { text, operation, options = [] } = helpOf[name]
    const command = withHub(fault.command(name).description(text))
      .option('--device <id>', 'only for this device (default: all devices)')
      .option('--module <id>', 'only for this module of the device (default: the device itself)')
    if (operation !== undefined) command.option('--operation <operation>', operation)
    for (const option of options) {
      const [value, meaning] = optionTexts[option] ?? [option, option]
      command.option(`--${option} <${value}>`, meaning)
    }
    command.action(async ({ hub, connectionString, ...given }: HubAddress & Record<string, string>) => {
      const spec = specFrom(command, name, given)
      const address = { hub, ...(connectionString !== undefined && { connectionString }) }
      console.log(
        format(JSON.parse(await callHub(address, 'POST', '/hub/faults', JSON.stringify(spec))) as FaultReport),
      )
    })
  }
  withHub(fault.command('list').description('list the faults and how often each has struck')).action(
    async (address: HubAddress) => {
      const reports = JSON.parse(await callHub(address, 'GET', '/hub/faults')) as FaultReport[]
      console.log(reports.length === 0 ? 'No fault is set.' : reports.map(format).join('\n'))
    },
  )
  withHub(fault.command('clear').description('remove a fault, or all faults').argument('[id]')).action(
    async (id: string | undefined, address: HubAddress) => {
      await callHub(address, 'DELETE', id === undefined ? '/hub/faults' : `/hub/faults/${encodeURIComponent(id)}`)
      console.log(id === undefined ? 'All faults are removed.' : `Fault ${id} is removed.`)
    },
  )
}

/** Reports invalid options as wrong usage. */
function specFrom(command: Command, name: string, given: Readonly<Record<string, string>>): FaultSpec {
  try {
    return parseFaultFields(name, Object.entries(given))
  } catch (error) {
    if (error instanceof Refusal) command.error(error.message)
    throw error
  }
}

/** `3  lose operation=patch device=device1 times=1  struck 0`; `kick` and `expire` have no ID. */
function format({ id, struck, fault, ...rest }: FaultReport): string {
  const parts = [fault, ...Object.entries(rest).map(([key, value]) => `${key}=${String(value)}`)].join(' ')
  return printable(id === undefined ? `${parts}: ${struck}` : `${id}  ${parts}  struck ${struck}`)
}
