import type { Hub } from 'hubtwin-emulator'
import type { Device } from './device.ts'
import { runService } from './service-command.ts'

/**
 * Runs `rollout firmware` for a single device.
 *
 * @returns what the program prints
 * @throws Error if it exits with another code than 0
 */
export function rollOutFirmware(hub: Hub, { deviceId }: Device, version: string): Promise<string> {
  return runService(hub, 'rollout', 'firmware', version, '--where', `deviceId = '${deviceId}'`, '--timeout', '1')
}
