import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Hub } from 'hubtwin-emulator'

const PROGRAM = fileURLToPath(new URL('../../../service/dist/cli.js', import.meta.url))

/**
 * Runs a command of the back end, as `npm run service` does.
 *
 * @returns what the program prints
 * @throws Error if it exits with another code than 0
 */
export async function runService(hub: Hub, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }) },
    timeout: 60_000,
  })
  return stdout
}
