import type { Hub } from 'hubtwin-emulator'
import { expect, onTestFinished, test } from 'vitest'
import { until } from '../contract/suite/waits.ts'
import { useHub } from '../support/use-hub.ts'
import { officialClient, officialReport, type OfficialClient } from './official-device.ts'

// The reaction of azure-iot-device to injected faults is the same as to a real hub.

let hub: Hub

useHub((started) => (hub = started), { tier: 'S1', expiryGraceInSeconds: 0 })

async function device(): Promise<OfficialClient> {
  const { certificateAuthority, connectionStrings } = hub
  const client = await officialClient({ connectionString: connectionStrings.device('device1'), certificateAuthority })
  onTestFinished(async () => void (await client.close().catch(() => {})))
  return client
}

test('the fault refuse causes an UnauthorizedError', async () => {
  hub.faults.inject({ fault: 'refuse', device: 'device1', times: 1 })
  const client = await device()
  await expect(client.open()).rejects.toMatchObject({ name: 'UnauthorizedError' })
  await client.open()
})

test("the fault throttle, and a hub at the limit of its tier, reject a report with the hub's message", async () => {
  const client = await device()
  await client.open()
  const twin = await client.getTwin()
  const { id = 0 } = hub.faults.inject({ fault: 'throttle', operation: 'patch' })
  await expect(officialReport(twin, { a: 1 })).rejects.toThrow('The hub is throttling this client')
  hub.faults.remove(id)

  hub.clock.stop()
  // Fifty run at once, and a hundred wait in the queue.
  const reports = Array.from({ length: 151 }, (_, a) => officialReport(twin, { a }))
  await expect(Promise.race(reports.slice(150))).rejects.toThrow(/^More than \d+ /)
  hub.clock.advance(2000)
  await Promise.all(reports.slice(0, 150))
  expect(hub.twin('device1')).toMatchObject({ properties: { reported: { $version: 151 } } })
})

test('the fault expire ends the connection', async () => {
  const client = await device()
  await client.open()
  expect(hub.faults.inject({ fault: 'expire' }).injected).toBe(1)
  await until('the hub has lost it', async () => hub.connections().length === 0)
})
