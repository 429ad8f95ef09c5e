import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { within } from '../../test/support/waits.ts'
import type { HubCalls } from './calls.ts'

/** A hub in its own process. */
export interface BenchHub {
  readonly url: string
  readonly certificateAuthorityFile: string
  readonly plainPort: number
  readonly calls: HubCalls
  close(): Promise<void>
}

/** @param file the program in this folder: the hub, or a server in its place */
export async function startBenchHub(file = './main.ts'): Promise<BenchHub> {
  const folder = mkdtempSync(join(tmpdir(), 'hubtwin-bench-'))
  const main = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', main, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  process.once('exit', () => child.kill('SIGKILL'))
  const [line] = (await once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(30_000) })) as [
    string,
  ]
  const started = JSON.parse(line) as Omit<BenchHub, 'calls' | 'close'>
  return {
    ...started,
    calls: connectBenchHub(started.url),
    async close() {
      child.stdin.end()
      await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The calls to the hub of another process. */
export function connectBenchHub(url: string): HubCalls {
  const call = async (name: string, argument: unknown): Promise<unknown> => {
    const request = fetch(`${url}/${name}`, { method: 'POST', body: JSON.stringify(argument) })
    // A signal with a timeout would stay in memory, and distort a measurement of the heap.
    const response = await within(`The response to ${name}`, request, 300_000)
    if (!response.ok) throw new Error(`${name} failed with status ${response.status}: ${await response.text()}`)
    return response.json()
  }
  // A call of any name goes to the hub, which knows the names.
  return new Proxy({}, { get: (_, name) => (argument: unknown) => call(String(name), argument) }) as HubCalls
}
