import { startHub, type Hub } from 'hubtwin-emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRecording } from '../contract/suite/waits.ts'
import { officialClient, officialReport, type OfficialClient } from './official-device.ts'

// The unmodified device SDK as a client of our hub: what it takes for right, the hub has to do.

let hub: Hub

beforeAll(async () => {
  hub = await startHub({ devices: ['kiosk', 'gateway'] })
  await hub.createModule('gateway', 'pump')
})
afterAll(() => hub.close())

async function connect(deviceId: string, moduleId?: string): Promise<OfficialClient> {
  const { certificateAuthority, connectionStrings } = hub
  const connectionString = connectionStrings.device(deviceId, moduleId === undefined ? {} : { moduleId })
  const client = await officialClient({ connectionString, certificateAuthority })
  await client.open()
  return client
}

test('azure-iot-device opens, reads its twin and closes', async () => {
  await hub.updateTwin('kiosk', { properties: { desired: { climate: { minTemperature: 69 } } } })
  const client = await connect('kiosk')
  const { properties } = await client.getTwin()
  expect(JSON.parse(JSON.stringify(properties))).toEqual({
    desired: { climate: { minTemperature: 69 }, $version: 2 },
    reported: { $version: 1 },
  })
  await client.close()
})

test('azure-iot-device reports properties', async () => {
  const client = await connect('kiosk')
  await officialReport(await client.getTwin(), { firmwareVersion: '1.2.1', weather: { humidity: 17 } })
  expect(hub.twin('kiosk')['properties']).toMatchObject({
    reported: { firmwareVersion: '1.2.1', weather: { humidity: 17 }, $version: 2 },
  })
  await client.close()
})

test('azure-iot-device is told by the hub why a report is refused', async () => {
  const client = await connect('kiosk')
  await expect(officialReport(await client.getTwin(), { 'a key': 1 })).rejects.toThrow(/key/i)
  await client.close()
})

test('azure-iot-device gets desired updates, whole and at a path', async () => {
  const client = await connect('kiosk')
  const twin = await client.getTwin()
  const whole = createRecording<{ $version: number }>()
  const atPath = createRecording<unknown>()
  twin.on('properties.desired', whole.add)
  twin.on('properties.desired.climate.hvac', atPath.add)
  await whole.find('the current state', () => true)
  // The SDK subscribes when the first listener comes, and tells nobody when it has.
  const isSubscribed = (): boolean => hub.connections().some(({ subscriptions }) => subscriptions.length === 2)
  await expect.poll(isSubscribed).toBe(true)
  await hub.updateTwin('kiosk', { properties: { desired: { climate: { hvac: { fanOn: true } } } } })
  await atPath.find('the update at the path', (delta) => JSON.stringify(delta) === '{"fanOn":true}')
  expect(whole.items.at(-1)).toEqual({ climate: { hvac: { fanOn: true } }, $version: 3 })
  await client.close()
})

test('azure-iot-device keeps the twin of a module', async () => {
  await hub.updateTwin('gateway', { properties: { desired: { speed: 3 } } }, { moduleId: 'pump' })
  const client = await connect('gateway', 'pump')
  const twin = await client.getTwin()
  expect(twin.properties.desired).toMatchObject({ speed: 3, $version: 2 })
  await officialReport(twin, { running: true })
  expect(hub.twin('gateway', 'pump')['properties']).toMatchObject({ reported: { running: true, $version: 2 } })
  expect(hub.twin('gateway')['properties']).toMatchObject({ reported: { $version: 1 } })
  await client.close()
})
