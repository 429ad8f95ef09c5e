import { type Command, InvalidArgumentError, Option } from 'commander'
import { EventSource } from 'eventsource'
import { EVENT_TYPES } from '../events/hub-event.ts'
import { parseDeviceId } from './arguments.ts'
import { type HubAddress, askHub, withHub } from './control-call.ts'
import { outputIsClosed } from './output.ts'
import { printable } from './printable.ts'

interface EventsOptions extends HubAddress {
  readonly device: readonly string[]
  readonly type: readonly string[]
  readonly recent: number
}

/** Prints the events of a running hub until Ctrl+C. */
export function addEventsCommand(program: Command): void {
  const listed = (text: string, before: readonly string[]): readonly string[] => [...before, text]
  withHub(program.command('events'))
    .description('Print the events of a running hub until Ctrl+C, one line of JSON per event')
    .addOption(
      new Option('-d, --device <id>', 'Print only events of this device; repeatable')
        .argParser((text: string, before: readonly string[]) => listed(parseDeviceId(text), before))
        .default([], 'all devices'),
    )
    .addOption(
      new Option('--type <type>', `Print only events of this type; repeatable: ${EVENT_TYPES.join(', ')}`)
        .argParser((text: string, before: readonly string[]) => listed(parseType(text), before))
        .default([], 'all types'),
    )
    .addOption(
      new Option('--recent <number>', 'Start with this number of past events').argParser(parseCount).default(0),
    )
    .action(tail)
}

/**
 * Reconnects if the hub stops, and prints the missed events.
 *
 * @throws Error if no hub answers at first
 */
async function tail({ device, type, recent, ...address }: EventsOptions): Promise<void> {
  const query = new URLSearchParams(recent > 0 ? { recent: String(recent) } : {})
  for (const id of device) query.append('device', id)
  for (const each of type) query.append('type', each)
  const path = `/hub/events?${query.toString()}`
  let isAnswered = false
  let isWaiting = false
  await new Promise<void>((resolve, reject) => {
    const source = new EventSource(new URL(path, 'http://hub.invalid'), {
      // `askHub` knows the URL and the token; the URL above only carries the path.
      fetch: (_url, init) =>
        askHub(address, path, init).catch((error: Error) => {
          if (!isAnswered) end(() => reject(error))
          throw error
        }),
    })
    function end(settle: () => void): void {
      source.close()
      settle()
    }
    source.addEventListener('open', () => {
      if (isWaiting) console.error('The hub is available again.')
      isAnswered = true
      isWaiting = false
    })
    source.addEventListener('error', () => {
      if (!isAnswered || isWaiting) return
      isWaiting = true
      console.error(`The hub at ${address.hub} is not available. Waiting for it.`)
    })
    source.addEventListener('message', ({ data }) => void process.stdout.write(`${printable(String(data))}\n`))
    process.once('SIGINT', () => end(resolve))
    process.once('SIGTERM', () => end(resolve))
    void outputIsClosed().then(() => end(resolve))
  })
}

function parseType(text: string): string {
  if ((EVENT_TYPES as readonly string[]).includes(text)) return text
  throw new InvalidArgumentError(`A type must be one of ${EVENT_TYPES.join(', ')}.`)
}

function parseCount(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('The number of past events must be from 0 to 99999.')
}
