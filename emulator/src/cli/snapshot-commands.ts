import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { parseText } from './arguments.ts'
import { type HubAddress, callHub, HubRefusal, withHub } from './control-call.ts'
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
    .action(restore)
}

async function restore(file: string, address: HubAddress): Promise<void> {
  const name = file === '-' ? 'The snapshot on standard input' : `The snapshot ${file}`
  const content = file === '-' ? await text(process.stdin) : await readTextFile('The snapshot', file)
  const problem = problemOf(content)
  if (problem !== undefined) {
    throw new Error(`${name} ${problem}; expected JSON as "hubtwin-emulator snapshot" prints it`)
  }
  try {
    await callHub(address, 'PUT', '/hub/snapshot', content)
  } catch (error) {
    if (!(error instanceof HubRefusal) || error.status !== 400) throw error
    const reason = error.message.replace(/^The snapshot cannot be restored: /, '')
    throw new Error(`${name} cannot be restored: ${reason}`, { cause: error })
  }
  console.log('Restored.')
}

/** Whether a file is no snapshot at all. The hub checks the content of a snapshot. */
function problemOf(content: string): string | undefined {
  if (content.trim() === '') return 'is empty'
  try {
    const value: unknown = JSON.parse(content.replace(/^\uFEFF/, ''))
    const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined
    return format === 'hubtwin-emulator' ? undefined : 'has no "format":"hubtwin-emulator"'
  } catch {
    // The message of the engine may repeat a part of the file, which has keys.
    return 'is not JSON'
  }
}
