import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type HubAddress, askReady, withHub } from './control-call.ts'

const INTERVAL_IN_MS = 200

/** Waits for a hub that a script started in the background. */
export function addWaitCommand(program: Command): void {
  withHub(program.command('wait'))
    .description('Wait until a hub is ready')
    .addOption(new Option('--timeout <seconds>', 'Stop waiting after this time').argParser(parseSeconds).default(30))
    .action(async ({ timeout, ...address }: HubAddress & { timeout: number }) => {
      const deadline = performance.now() + timeout * 1000
      for (;;) {
        const readiness = await askReady(address)
        if (readiness.type === 'ready') break
        const { reason, isFinal } = readiness
        if (isFinal) throw new Error(`The hub at ${address.hub} cannot be reached: ${reason}`)
        if (performance.now() >= deadline) {
          throw new Error(`The hub at ${address.hub} is not ready after ${timeout} s: ${reason}`)
        }
        await sleep(INTERVAL_IN_MS)
      }
      console.log(`The hub at ${address.hub} is ready.`)
    })
}

function parseSeconds(text: string): number {
  if (/^\d{1,5}(?:\.\d+)?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A timeout must be a number of seconds from 0 to 99999.')
}
