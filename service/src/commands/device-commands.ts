import { type Command, InvalidArgumentError, Option } from 'commander'
import { ACKS } from '../hub/messages.ts'
import { parseFuture, parseId, parseText, parseWhole } from './arguments.ts'
import { callMethod, type CallMethodOptions, EXIT_CODE_HELP as callHelp } from './call-method.ts'
import type { Runner } from './runner.ts'
import { EXIT_CODE_HELP as sendHelp, sendMessage, type SendMessageOptions } from './send-message.ts'
import { addExitCodeHelp, addNeed } from './usage.ts'
import { EVENT_KINDS, type EventKind, watch, type WatchOptions } from './watch.ts'

/** The commands that call a device, send it a message, or show its events. */
export function addDeviceCommands(program: Command, run: Runner): void {
  addCallMethod(program, run)
  addSendMessage(program, run)
  addWatch(program, run)
}

function addCallMethod(program: Command, run: Runner): void {
  addExitCodeHelp(program.command('call-method'), callHelp)
    .description('Call a direct method of a device, and print the status and the payload of its response')
    .argument('<device>', 'The ID of the device', parseId)
    .argument('<name>', 'The name of the method, such as reboot; component*name for a component', parseText)
    .argument('[payload]', 'The payload as JSON, such as \'{"delay":3}\' (default: null)')
    .option('--module <id>', 'Call the method of this module of the device', parseId)
    .addOption(
      new Option('--timeout <seconds>', 'How long the device may take').argParser(parseWhole(5, 300)).default(30),
    )
    .addOption(
      new Option('--connect-timeout <seconds>', 'How long to wait for a device that is not connected')
        .argParser(parseWhole(0, 300))
        .default(0),
    )
    .option('--file <file>', 'A file with the payload; - means standard input')
    .action((device: string, name: string, payload: string | undefined, options: CallMethodOptions) =>
      run.withHub('Error during call', (connectionString) =>
        callMethod(connectionString, device, name, payload, options),
      ),
    )
}

function addSendMessage(program: Command, run: Runner): void {
  const command = addExitCodeHelp(program.command('send-message'), sendHelp)
  command
    .description('Send a message to a device; the hub keeps it until the device connects')
    .argument('<device>', 'The ID of the device', parseId)
    .argument('[message]', 'The message as text or JSON; JSON gets the content type application/json')
    .option('--file <file>', 'A file with the message, sent unchanged; - means standard input')
    .addOption(
      new Option('-p, --property <name=value>', 'A property of the message; repeatable')
        .argParser((text: string, before: SendMessageOptions['property']) => [...before, parseProperty(text, before)])
        .default([], 'none'),
    )
    .option('--message-id <id>', 'The ID of the message (default: a random ID)')
    .option('--correlation-id <id>', 'The ID that relates the message to other messages')
    .option('--content-type <type>', 'The content type, such as text/plain')
    .option('--content-encoding <encoding>', 'The encoding of the content, such as utf-8')
    .addOption(
      new Option(
        '--expires <time>',
        'When it expires: 90s, 10m, 2h, or a time (default: an hour, unless the hub sets another)',
      ).argParser(parseExpiry),
    )
    .addOption(
      new Option('--ack <outcomes>', 'Wait for the feedback about these outcomes').choices(ACKS).default('none'),
    )
    .addOption(
      new Option('--wait <seconds>', 'How long to wait for feedback').argParser(parseWhole(1, 86_400)).default(60),
    )
    .action((device: string, message: string | undefined, options: SendMessageOptions) =>
      run.withHub('Error during send', (connectionString) => sendMessage(connectionString, device, message, options)),
    )
  addNeed(command, 'wait', ['ack'])
}

function addWatch(program: Command, run: Runner): void {
  const kinds = Object.keys(EVENT_KINDS) as EventKind[]
  program
    .command('watch')
    .description('Print the events of the local hub until Ctrl+C; a hub in Azure has no such events')
    .addOption(
      new Option('-d, --device <id>', 'Only events of this device; repeatable')
        .argParser((text: string, before: readonly string[]) => [...before, parseId(text)])
        .default([], 'all devices'),
    )
    .addOption(
      new Option('-t, --type <type>', `Only events of this type; repeatable: ${kinds.join(', ')}`)
        .argParser((text: string, before: readonly EventKind[]) => [...before, parseKind(text, kinds)])
        .default([], 'all types'),
    )
    .option('--json', 'Print each event as a line of JSON, with all its fields', false)
    .action((options: WatchOptions) =>
      run.withHub('Error during watch', (connectionString) => watch(connectionString, options)),
    )
}

function parseProperty(text: string, before: SendMessageOptions['property']): readonly [string, string] {
  const at = text.indexOf('=')
  const name = text.slice(0, Math.max(at, 0))
  if (before.some(([known]) => known === name)) throw new InvalidArgumentError(`Expected ${name} only once.`)
  if (at > 0) return [name, text.slice(at + 1)]
  throw new InvalidArgumentError('Expected name=value, such as room=1.')
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function parseExpiry(text: string): Date {
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (amount !== undefined) return new Date(Date.now() + Number(amount) * (UNITS[unit] ?? 0))
  if (/^\d{4}-/.test(text)) return parseFuture(text)
  throw new InvalidArgumentError('Expected a duration such as 90s, 10m, or 2h, or a time such as 2030-01-01T12:00:00Z.')
}

function parseKind(text: string, kinds: readonly EventKind[]): EventKind {
  const kind = kinds.find((each) => each === text)
  if (kind !== undefined) return kind
  throw new InvalidArgumentError(`Allowed choices are ${kinds.join(', ')}.`)
}
