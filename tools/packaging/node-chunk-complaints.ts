import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process.ts'
import type { Unpacked } from './pack.ts'

/** An entry adds a file of its own, and seldom a file that it shares. */
const MOST_FILES_PER_ENTRY = 3

/**
 * Checks the joined files for Node of core's package: each entry names its file, the files are few,
 * and all entries share them, so that a class exists once.
 */
export async function nodeChunkComplaints({ folder, consumer, files, name }: Unpacked): Promise<string[]> {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    exports: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
  const wrong = Object.entries(exports).filter(
    ([, target]) => target['node'] !== target['default']?.replace('./dist/', './dist/node/'),
  )
  const chunks = files.filter((file) => /^dist\/node\/.+\.js$/.test(file))
  const most = Object.keys(exports).length * MOST_FILES_PER_ENTRY
  return [
    ...wrong.map(([path, target]) => `the entry ${path} leads to ${target['node']} in Node`),
    ...(chunks.length < most ? [] : [`dist/node has ${chunks.length} files; less than ${most} are meant`]),
    ...(await sharingComplaints(consumer, name)),
    ...(await socketComplaints(consumer, folder)),
  ]
}

async function sharingComplaints(consumer: string, name: string): Promise<string[]> {
  const program = `
    const [mqtt, light] = await Promise.all(['${name}', '${name}/light'].map((entry) => import(entry)))
    console.log(mqtt.TwinError === light.TwinError, import.meta.resolve('${name}/light').endsWith('/dist/node/light/index.js'))`
  const args = ['--input-type=module', '--eval', program]
  const { output, reason } = await run(process.execPath, args, { cwd: consumer, deadlineInMs: 30_000, quiet: true })
  if (output === 'true true\n') return []
  return [`${name} and ${name}/light do not share the files for Node: ${reason ?? output.trim()}`]
}

/** Node 20 has no WebSocket, so the file that opens a connection imports `ws`. */
async function socketComplaints(consumer: string, folder: string): Promise<string[]> {
  const file = join(folder, 'dist/node/ws.cjs')
  const program = `
    import { WebSocket } from 'ws'
    console.log((await import(${JSON.stringify(file)})).WebSocket === WebSocket)`
  const args = ['--input-type=module', '--eval', program]
  const { output, reason } = await run(process.execPath, args, { cwd: consumer, deadlineInMs: 30_000, quiet: true })
  return output === 'true\n' ? [] : [`dist/node/ws.cjs does not export the WebSocket of ws: ${reason ?? output.trim()}`]
}
