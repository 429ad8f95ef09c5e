import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { HubAddress } from './control-call.ts'
import { isReady, withHub } from './control-call.ts'

const pauseInMs = 200

/** For a script that has started a hub in the background. */
export function addWaitCommand(program: Command): void {
  withHub(program.command('wait'))
    .description('Wait until a hub is ready.')
    .addOption(new Option('--timeout <seconds>', 'and then give up').argParser(parseSeconds).default(30))
    .action(async ({ timeout, ...address }: HubAddress & { timeout: number }) => {
      const giveUpAt = performance.now() + timeout * 1000
      while (!(await isReady(address))) {
        if (performance.now() >= giveUpAt) throw new Error(`The hub at ${address.hub} is not ready after ${timeout} s`)
        await sleep(pauseInMs)
      }
      console.log(`The hub at ${address.hub} is ready.`)
    })
}

function parseSeconds(text: string): number {
  if (/^\d{1,5}(?:\.\d+)?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A time-out is a number of seconds.')
}
