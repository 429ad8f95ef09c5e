import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Control } from '../../test/contract/control/start.ts'

const deadlineInMs = 300_000

/**
 * Runs a program of this folder in a new Node process that trusts the hub. Node reads that setting
 * only at its start.
 *
 * @returns the program's last line, parsed
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
