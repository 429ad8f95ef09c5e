import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const DEADLINE_IN_MS = 600_000

/** The hub of a program: its address, and the certificate authority of its connections. */
export interface MeasuredHub {
  readonly url: string
  readonly certificateAuthorityFile: string
}

/**
 * Runs a program of this folder in a new Node process that trusts the hub. Node reads that setting
 * only at its start.
 *
 * @returns the program's last line, parsed
 */
export async function inChild<T>(hub: MeasuredHub, file: string, args: readonly (string | number)[]): Promise<T> {
  const program = fileURLToPath(new URL(file, import.meta.url))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', program, hub.url, ...args.map(String)],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: hub.certificateAuthorityFile }, timeout: DEADLINE_IN_MS },
  )
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T
}
