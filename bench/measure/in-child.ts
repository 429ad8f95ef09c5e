import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Control } from '../../test/contract/control/start.ts'

const deadlineInMs = 300_000

/**
 * Runs a program of this folder in its own Node process. The environment makes it trust the hub, which
 * works only before the process starts.
 *
 * @returns the parsed last line of the program
 */
export async function inChild<T>(control: Control, file: string, args: readonly string[]): Promise<T> {
  const program = fileURLToPath(new URL(file, import.meta.url))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', program, control.url, ...args],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: control.certificateAuthorityFile }, timeout: deadlineInMs },
  )
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T
}
