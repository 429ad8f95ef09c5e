import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Hub } from 'hubtwin-emulator'
import type { Device } from './device.ts'

const program = fileURLToPath(new URL('../../../service/dist/cli.js', import.meta.url))

/**
 * Runs `rollout firmware` for a single device, as `npm run service` does.
 *
 * @returns what the program prints
 * @throws Error if it exits with another code than 0
 */
export async function rollOutFirmware(hub: Hub, { deviceId }: Device, version: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, 'rollout', 'firmware', version, '--where', `deviceId = '${deviceId}'`, '--timeout', '1'],
    {
      env: { ...process.env, IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }) },
      timeout: 60_000,
    },
  )
  return stdout
}
