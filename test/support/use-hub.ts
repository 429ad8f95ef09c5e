import { beforeAll, beforeEach } from 'vitest'
import { type Hub, type HubOptions, startHub } from '../../emulator/src/index.ts'

/**
 * Starts a hub for the tests of a file, and passes it to `use`. Each test finds the hub as it was
 * at its start: its devices with empty twins, the system time, and no faults.
 *
 * This is for programs, whose output names devices and counts the fleet. Other tests share a hub
 * with `hubTest()`, which gives each a new device.
 */
export function useHub(use: (hub: Hub) => void, options: HubOptions = {}): void {
  let hub: Hub
  let atStart: unknown
  beforeAll(async () => {
    hub = await startHub(options)
    atStart = hub.snapshot()
    use(hub)
    return () => hub.close()
  })
  beforeEach(async () => {
    hub.faults.clear()
    hub.clock.reset()
    await hub.restore(atStart)
  })
}
