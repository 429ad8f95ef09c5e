import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** On two busy cores, Node with tsx takes seconds to start. */
const PATIENCE_IN_MS = 20_000

export interface Control {
  readonly url: string
  /** PEM of the certificate authority that signed the hub's certificate. */
  readonly certificateAuthorityFile: string
  close(): Promise<void>
}

/**
 * Starts the hub next to a suite. The hub always runs in Node, in whichever runtime the suite runs.
 */
export async function startControl(): Promise<Control> {
  const folder = mkdtempSync(join(tmpdir(), 'hubtwin-contract-'))
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(findNode(), ['--import', 'tsx', main, folder], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const line = await new Promise<string>((resolve, reject) => {
    const deadline = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`Hub of the suite did not start within ${PATIENCE_IN_MS} ms`))
    }, PATIENCE_IN_MS)
    createInterface(child.stdout).once('line', (text) => {
      clearTimeout(deadline)
      resolve(text)
    })
    child.once('error', reject)
    void ended.then(() => reject(new Error('Hub of the suite ended at its start')))
  })
  const started = JSON.parse(line) as { url: string; certificateAuthorityFile: string }
  return {
    ...started,
    async close() {
      child.stdin.end()
      const deadline = setTimeout(() => child.kill('SIGKILL'), PATIENCE_IN_MS / 4)
      await ended
      clearTimeout(deadline)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Finds the Node that runs npm, or the first `node` on the PATH that Bun did not put there. */
function findNode(): string {
  if (!('Deno' in globalThis) && !('Bun' in globalThis)) return process.execPath
  const byNpm = process.env['npm_node_execpath']
  if (byNpm !== undefined) return byNpm
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('bun-node'))
  return pathOf(process.platform === 'win32' ? 'node.exe' : 'node', folders)
}

function pathOf(name: string, folders: readonly string[]): string {
  const path = folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
  if (path === undefined) throw new Error('There is no Node on the PATH for the hub of the suite')
  return path
}
