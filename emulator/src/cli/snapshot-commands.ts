import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { parseText } from './arguments.ts'
import { type HubAddress, callHub, withHub } from './control-call.ts'
import { readTextFile } from './paths.ts'
import { printableLines } from './printable.ts'

/** Saves and restores the state of a running hub. */
export function addSnapshotCommands(program: Command): void {
  withHub(program.command('snapshot'))
    .description('Print the stored state of a running hub as JSON, with the keys of all devices')
    .action(async (address: HubAddress) => {
      process.stdout.write(`${printableLines(await callHub(address, 'GET', '/hub/snapshot'))}\n`)
    })
  withHub(program.command('restore'))
    .description('Replace the stored state of a running hub with a snapshot')
    .argument('<file>', 'The file of the snapshot; - means standard input', parseText)
    .action(async (file: string, address: HubAddress) => {
      await callHub(
        address,
        'PUT',
        '/hub/snapshot',
        file === '-' ? await text(process.stdin) : await readTextFile('The snapshot', file),
      )
      console.log('Restored.')
    })
}
