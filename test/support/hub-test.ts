import { test as base } from 'vitest'
import { type Hub, type HubOptions, startHub } from '../../emulator/src/index.ts'
import { keyOf } from './sas-token.ts'

let count = 0

/** Creates a device with an ID that no other test has. */
export async function createDevice(hub: Hub): Promise<string> {
  count += 1
  const deviceId = `own-${count}`
  await hub.createDevice(deviceId)
  return deviceId
}

/**
 * Creates the function `test` of a file whose tests share a hub. The hub starts for the first test
 * that asks for it. Each test has a new device of its own:
 *
 * - `deviceId`, `key` (the primary key), and `connectionString` (for the port with TLS).
 * - `faults` are the faults of the hub, which has none left after the test.
 *
 * A test of the whole hub, such as an option, the clock, or all devices, calls `start()` of hub.ts.
 */
export function hubTest(options: HubOptions = {}) {
  return base
    .extend('hubOptions', { scope: 'file' }, options)
    .extend('hub', { scope: 'file' }, async ({ hubOptions }, { onCleanup }) => {
      const hub = await startHub(hubOptions)
      onCleanup(() => hub.close())
      return hub
    })
    .extend('deviceId', ({ hub }) => createDevice(hub))
    .extend('connectionString', ({ hub, deviceId }) => hub.connectionStrings.device(deviceId))
    .extend('key', ({ connectionString }) => keyOf(connectionString))
    .extend('faults', ({ hub }, { onCleanup }) => {
      onCleanup(() => hub.faults.clear())
      return hub.faults
    })
}
