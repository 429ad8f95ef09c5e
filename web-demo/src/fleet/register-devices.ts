import { deviceIdOf, type FleetHub } from './fleet-hub.ts'
import { listDeviceIds, sendBulk } from './registry.ts'

/**
 * Creates the devices from `fleet-1` to `fleet-<count>` that the local hub lacks, with the tag
 * `site` = `lab`.
 *
 * @throws Error with advice
 */
export async function registerDevices(hub: FleetHub, count: number): Promise<void> {
  const existing = await listDeviceIds(hub)
  const missing = Array.from({ length: count }, (_, index) => deviceIdOf(index + 1)).filter((id) => !existing.has(id))
  await sendBulk(
    hub,
    missing.map((id) => ({ id, importMode: 'create', tags: { site: 'lab' } })),
  )
}
