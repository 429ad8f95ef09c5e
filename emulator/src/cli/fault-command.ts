import type { Command } from 'commander'
import type { FaultReport } from '../faults/faults.ts'
import { faultFrom } from '../faults/fault-text.ts'
import type { FaultSpec } from '../faults/fault-spec.ts'
import { faultNames } from '../faults/fault-spec.ts'
import { Refusal } from '../errors/refusal.ts'
import type { HubAddress } from './control-call.ts'
import { callHub, withHub } from './control-call.ts'
import { printable } from './printable.ts'

interface Described {
  readonly text: string
  /** What it can be about; without any it is about connections. */
  readonly operation?: string
  readonly options?: readonly string[]
}

const described: Readonly<Record<FaultSpec['fault'], Described>> = {
  throttle: {
    text: 'answer requests with 429, or only those above a rate',
    operation: 'get, patch or rest (default: all)',
    options: ['rate', 'times'],
  },
  refuse: {
    text: 'refuse CONNECTs, upgrades or requests',
    operation: 'connect, early-packet (sent before CONNACK), upgrade, get, patch or rest (default: connect)',
    options: ['code', 'status', 'times'],
  },
  lose: {
    text: 'lose answers, or notifications',
    operation: 'get, early-get (sent before SUBACK), patch, rest or notification (default: every answer)',
    options: ['times'],
  },
  duplicate: {
    text: 'send notifications, or answers, twice',
    operation: 'notification, get, patch or answer (default: notification)',
    options: ['times'],
  },
  delay: {
    text: 'hold back answers, or notifications',
    operation: 'get, patch, rest or notification (default: every answer)',
    options: ['milliseconds', 'times'],
  },
  silence: { text: 'keep connections open, and send nothing', options: ['times'] },
  kick: { text: 'break connections, now' },
  expire: { text: 'let the tokens of who is connected expire, now' },
}

const optionTexts: Readonly<Record<string, readonly [value: string, text: string]>> = {
  times: ['number', 'how often (default: until it is taken back)'],
  rate: ['number', 'so many requests a second pass'],
  milliseconds: ['number', 'for how long'],
  status: ['status', 'of the HTTP or MQTT answer (default: 503)'],
  code: ['code', 'of the CONNACK (default: 5)'],
}

/** Faults of a hub that is running. */
export function addFaultCommand(program: Command): void {
  const fault = program.command('fault').description('Make a running hub misbehave, or behave.')
  for (const name of faultNames) {
    const { text, operation, options = [] } = described[name]
    const command = withHub(fault.command(name).description(text))
      .option('--device <id>', 'of this device (default: everyone)')
      .option('--module <id>', 'of this module of the device (default: the device itself)')
    if (operation !== undefined) command.option('--operation <operation>', operation)
    for (const option of options) {
      const [value, meaning] = optionTexts[option] ?? [option, option]
      command.option(`--${option} <${value}>`, meaning)
    }
    command.action(async ({ hub, connectionString, ...given }: HubAddress & Record<string, string>) => {
      const wish = wishFrom(command, name, given)
      const address = { hub, ...(connectionString !== undefined && { connectionString }) }
      console.log(told(JSON.parse(await callHub(address, 'POST', '/hub/faults', JSON.stringify(wish))) as FaultReport))
    })
  }
  withHub(fault.command('list').description('what is set, and how often it struck')).action(
    async (address: HubAddress) => {
      const reports = JSON.parse(await callHub(address, 'GET', '/hub/faults')) as FaultReport[]
      console.log(reports.length === 0 ? 'No fault is set.' : reports.map(told).join('\n'))
    },
  )
  withHub(fault.command('clear').description('take back one fault, or all').argument('[id]')).action(
    async (id: string | undefined, address: HubAddress) => {
      await callHub(address, 'DELETE', id === undefined ? '/hub/faults' : `/hub/faults/${encodeURIComponent(id)}`)
      console.log(id === undefined ? 'Every fault is taken back.' : `Fault ${id} is taken back.`)
    },
  )
}

/** Wrong arguments are wrong usage. */
function wishFrom(command: Command, name: string, given: Readonly<Record<string, string>>): FaultSpec {
  try {
    return faultFrom(name, Object.entries(given))
  } catch (error) {
    if (error instanceof Refusal) command.error(error.message)
    throw error
  }
}

/** `3  lose operation=patch device=device1 times=1  struck 0`; what was for now has no number. */
function told({ id, struck, fault, ...rest }: FaultReport): string {
  const parts = [fault, ...Object.entries(rest).map(([key, value]) => `${key}=${String(value)}`)].join(' ')
  return printable(id === undefined ? `${parts}: ${struck}` : `${id}  ${parts}  struck ${struck}`)
}
