import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { EventSource } from 'eventsource'
import { eventTypes } from '../events/hub-event.ts'
import type { HubAddress } from './control-call.ts'
import { askHub, withHub } from './control-call.ts'
import { printable } from './printable.ts'

interface EventsOptions extends HubAddress {
  readonly device: readonly string[]
  readonly type: readonly string[]
  readonly recent: number
}

/** What happens at a hub that is running, until Ctrl+C. */
export function addEventsCommand(program: Command): void {
  const listed = (text: string, before: readonly string[]): readonly string[] => [...before, text]
  withHub(program.command('events'))
    .description('Tell what happens at a running hub, a line of JSON an event, until Ctrl+C.')
    .addOption(
      new Option('--device <id>', 'only of this device; may be repeated').argParser(listed).default([], 'every device'),
    )
    .addOption(
      new Option('--type <type>', `only of this type; may be repeated: ${eventTypes.join(', ')}`)
        .argParser((text: string, before: readonly string[]) => listed(parseType(text), before))
        .default([], 'every type'),
    )
    .addOption(
      new Option('--recent <number>', 'begin with so many of the events before now').argParser(parseCount).default(0),
    )
    .action(tail)
}

/** @throws Error where there is no hub at first; one that goes away later is waited for, and what was missed comes then */
async function tail({ device, type, recent, ...address }: EventsOptions): Promise<void> {
  const query = new URLSearchParams(recent > 0 ? { recent: String(recent) } : {})
  for (const id of device) query.append('device', id)
  for (const each of type) query.append('type', each)
  const path = `/hub/events?${query.toString()}`
  let isAnswered = false
  let isWaiting = false
  await new Promise<void>((resolve, reject) => {
    const source = new EventSource(new URL(path, 'http://hub.invalid'), {
      // Where the hub is, and whose token it wants, is known there; `path` goes on with it.
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
      if (isWaiting) console.error('The hub is back.')
      isAnswered = true
      isWaiting = false
    })
    source.addEventListener('error', () => {
      if (!isAnswered || isWaiting) return
      isWaiting = true
      console.error(`The hub at ${address.hub} has gone; it is waited for.`)
    })
    source.addEventListener('message', ({ data }) => void process.stdout.write(`${printable(String(data))}\n`))
    process.once('SIGINT', () => end(resolve))
    process.once('SIGTERM', () => end(resolve))
    // Whoever reads has enough, as `head` has.
    process.stdout.once('error', () => end(resolve))
  })
}

function parseType(text: string): string {
  if ((eventTypes as readonly string[]).includes(text)) return text
  throw new InvalidArgumentError(`A type is one of ${eventTypes.join(', ')}.`)
}

function parseCount(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Recent events are a number from 0 to 99999.')
}
