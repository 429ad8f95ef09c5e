import iothub from 'azure-iothub'
import { startHub, type Hub } from 'hubtwin-emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hubAgent, withoutPort } from './hub-agent.ts'

// The unmodified service SDK as a client of our hub.

let hub: Hub
let registry: iothub.Registry

beforeAll(async () => {
  hub = await startHub()
  registry = iothub.Registry.fromConnectionString(withoutPort(hub.connectionStrings.service()))
  // Private, but the only door (protocol sheet 1.2).
  registry['_restApiClient'].setOptions({ http: { agent: hubAgent(hub.certificateAuthority, hub.securePort) } })
})
afterAll(() => hub.close())

test('azure-iothub creates a device with keys, reads, updates and deletes it', async () => {
  const { responseBody: created } = await registry.create({ deviceId: 'made' })
  expect(created.authentication?.symmetricKey?.primaryKey).toMatch(/^[A-Za-z0-9+/]{40,}=*$/)
  await registry.update({ deviceId: 'made', status: 'disabled', statusReason: 'moved' })
  expect((await registry.get('made')).responseBody).toMatchObject({ status: 'disabled', statusReason: 'moved' })
  expect((await registry.list()).responseBody.map(({ deviceId }) => deviceId)).toContain('made')
  await registry.delete('made')
  await expect(registry.get('made')).rejects.toMatchObject({ name: 'DeviceNotFoundError' })
})

test('azure-iothub is told that a device exists already', async () => {
  await registry.create({ deviceId: 'twice' })
  await expect(registry.create({ deviceId: 'twice' })).rejects.toMatchObject({ name: 'DeviceAlreadyExistsError' })
})

test('azure-iothub updates a twin by its etag, and an old etag is refused', async () => {
  await registry.create({ deviceId: 'tagged' })
  const { responseBody: twin } = await registry.getTwin('tagged')
  const patch = { tags: { floor: 2 }, properties: { desired: { mode: 'eco' } } }
  const { responseBody: updated } = await registry.updateTwin('tagged', patch, twin.etag)
  expect(updated).toMatchObject({ tags: { floor: 2 }, properties: { desired: { mode: 'eco', $version: 2 } } })
  expect(updated.etag).not.toBe(twin.etag)
  await expect(registry.updateTwin('tagged', patch, twin.etag)).rejects.toMatchObject({ name: 'InvalidEtagError' })
  await expect(registry.updateTwin('tagged', patch, '*')).resolves.toBeDefined()
})

test('azure-iothub keeps modules and their twins', async () => {
  await registry.create({ deviceId: 'gateway' })
  await registry.addModule({ deviceId: 'gateway', moduleId: 'pump' })
  const { responseBody: twin } = await registry.getModuleTwin('gateway', 'pump')
  const patch = { properties: { desired: { speed: 3 } } }
  await registry.updateModuleTwin('gateway', 'pump', patch, twin.etag)
  expect((await registry.getModuleTwin('gateway', 'pump')).responseBody.properties.desired).toMatchObject({ speed: 3 })
  expect((await registry.getTwin('gateway')).responseBody.properties.desired).not.toHaveProperty('speed')
})

test('azure-iothub queries twins page by page', async () => {
  for (const floor of [1, 2, 3]) {
    const { responseBody: device } = await registry.create({ deviceId: `lamp-${floor}` })
    await registry.updateTwin(device.deviceId, { tags: { kind: 'lamp', floor } }, '*')
  }
  const query = registry.createQuery("SELECT * FROM devices WHERE tags.kind = 'lamp' AND tags.floor > 1", 1)
  const found: string[] = []
  do {
    const { result } = await query.next(query.continuationToken)
    found.push(...(result as { deviceId: string }[]).map(({ deviceId }) => deviceId))
  } while (query.hasMoreResults)
  expect(found).toEqual(['lamp-2', 'lamp-3'])
})

test('azure-iothub counts devices', async () => {
  const { responseBody } = await registry.getRegistryStatistics()
  expect(responseBody.totalDeviceCount).toBeGreaterThan(0)
})
