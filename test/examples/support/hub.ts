import { type Hub, startHub } from 'hubtwin-emulator'
import { expect } from 'vitest'
import { later } from '../../support/cleanup.ts'

/** Starts a hub with the device that the examples name. */
export async function startExampleHub(): Promise<{ readonly hub: Hub; readonly connectionString: string }> {
  const hub = await startHub()
  later(() => hub.close())
  return { hub, connectionString: hub.connectionStrings.device('device1', { plain: true }) }
}

export async function desire(hub: Hub, message: string): Promise<void> {
  await hub.updateTwin('device1', { properties: { desired: { message } } })
}

/** Waits until the hub has these reported properties. */
export async function untilReported(hub: Hub, reported: object): Promise<void> {
  await expect.poll(() => hub.twin('device1')['properties'], { timeout: 30_000 }).toMatchObject({ reported })
}
