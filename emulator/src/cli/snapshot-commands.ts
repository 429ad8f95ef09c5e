import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import type { HubAddress } from './control-call.ts'
import { callHub, withHub } from './control-call.ts'
import { printableLines } from './printable.ts'

/** The state of a hub that is running, as a file. */
export function addSnapshotCommands(program: Command): void {
  withHub(program.command('snapshot'))
    .description('Print all that a running hub has stored, as JSON. The keys of all devices are in it.')
    .action(async (address: HubAddress) => {
      process.stdout.write(`${printableLines(await callHub(address, 'GET', '/hub/snapshot'))}\n`)
    })
  withHub(program.command('restore'))
    .description('Put a snapshot in the place of all that a running hub has stored.')
    .argument('<file>', '- for standard input')
    .action(async (file: string, address: HubAddress) => {
      await callHub(
        address,
        'PUT',
        '/hub/snapshot',
        file === '-' ? await text(process.stdin) : await readFile(file, 'utf8'),
      )
      console.log('Restored.')
    })
}
