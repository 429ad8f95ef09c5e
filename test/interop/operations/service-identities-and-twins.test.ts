import { startHub, type Hub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rest } from '../../support/rest.ts'
import { officialService, refusalOf, type OfficialService } from '../official-service.ts'

// The registry and the twins of the unmodified service SDK. The titles are rows of the table in
// docs/emulator/azure-sdks.md.

let hub: Hub
let registry: OfficialService['registry']

beforeAll(async () => {
  hub = await startHub()
  registry = officialService(hub).registry
})
afterAll(() => hub.close())

const key = Buffer.alloc(32, 'k').toString('base64')

describe('azure-iothub', () => {
  test('creates a device with generated keys', async () => {
    const { responseBody: created } = await registry.create({ deviceId: 'made' })
    expect(created.authentication?.symmetricKey?.primaryKey).toMatch(/^[A-Za-z0-9+/]{40,}=*$/)
    expect(created).toMatchObject({ deviceId: 'made', status: 'enabled', connectionState: 'Disconnected' })
  })

  test('creates a device with given keys', async () => {
    const symmetricKey = { primaryKey: key, secondaryKey: key }
    await registry.create({ deviceId: 'own-keys', authentication: { type: 'sas', symmetricKey } })
    const { responseBody: device } = await registry.get('own-keys')
    expect(device.authentication).toMatchObject({ type: 'sas', symmetricKey })
  })

  test('creates an IoT Edge device and a child device in its scope', async () => {
    const { responseBody: edge } = await registry.create({ deviceId: 'edge', capabilities: { iotEdge: true } })
    const { deviceScope } = edge as { deviceScope?: string }
    expect(deviceScope).toMatch(/^ms-azure-iot-edge:\/\/edge-\d+$/)
    const child = { deviceId: 'child', deviceScope }
    const { responseBody: created } = await registry.create(child)
    expect(created).toMatchObject({ deviceScope, parentScopes: [deviceScope] })
    expect(await refusalOf(registry.update({ ...child, deviceScope: 'elsewhere' }))).toMatchObject({
      name: 'ArgumentError',
    })
    const { responseBody: modules } = await registry.getModulesOnDevice('edge')
    expect(modules.map(({ moduleId }) => moduleId)).toEqual(['$edgeAgent', '$edgeHub'])
  })

  test('gets and updates a device', async () => {
    await registry.create({ deviceId: 'updated' })
    await registry.update({ deviceId: 'updated', status: 'disabled', statusReason: 'moved' })
    expect((await registry.get('updated')).responseBody).toMatchObject({ status: 'disabled', statusReason: 'moved' })
  })

  test('lists devices', async () => {
    await registry.create({ deviceId: 'listed' })
    expect((await registry.list()).responseBody.map(({ deviceId }) => deviceId)).toContain('listed')
  })

  test('deletes a device', async () => {
    await registry.create({ deviceId: 'deleted' })
    await registry.delete('deleted')
    expect(await refusalOf(registry.get('deleted'))).toMatchObject({ name: 'DeviceNotFoundError' })
  })

  test('adds, updates, and removes devices in bulk', async () => {
    const devices = [{ deviceId: 'bulk-1' }, { deviceId: 'bulk-2' }]
    expect((await registry.addDevices(devices)).responseBody).toMatchObject({ isSuccessful: true, errors: [] })
    await registry.updateDevices(
      devices.map((each) => ({ ...each, status: 'disabled' })),
      true,
    )
    expect((await registry.get('bulk-2')).responseBody.status).toBe('disabled')
    expect((await registry.removeDevices(devices, true)).responseBody).toMatchObject({ isSuccessful: true })
    expect(await refusalOf(registry.get('bulk-1'))).toMatchObject({ name: 'DeviceNotFoundError' })
  })

  test('gets the devices that failed in a bulk operation', async () => {
    await registry.create({ deviceId: 'there' })
    const refusal = await refusalOf(registry.addDevices([{ deviceId: 'there' }, { deviceId: 'not-there' }]))
    expect(refusal.name).toBe('ArgumentError')
    expect(JSON.parse(refusal.body)).toMatchObject({
      isSuccessful: false,
      errors: [{ deviceId: 'there', errorCode: 'DeviceAlreadyExists' }],
    })
    expect((await registry.get('not-there')).responseBody.deviceId).toBe('not-there')
  })

  test('adds, gets, updates, lists, and removes modules', async () => {
    await registry.create({ deviceId: 'gateway' })
    await registry.addModule({ deviceId: 'gateway', moduleId: 'pump' })
    await registry.addModule({ deviceId: 'gateway', moduleId: 'valve' })
    const { responseBody: pump } = await registry.getModule('gateway', 'pump')
    expect(pump).toMatchObject({ deviceId: 'gateway', moduleId: 'pump', authentication: { type: 'sas' } })
    await registry.updateModule({ ...pump, managedBy: 'me' }, true)
    expect((await registry.getModule('gateway', 'pump')).responseBody.managedBy).toBe('me')
    const { responseBody: modules } = await registry.getModulesOnDevice('gateway')
    expect(modules.map(({ moduleId }) => moduleId)).toEqual(['pump', 'valve'])
    await registry.removeModule('gateway', 'pump')
    expect((await registry.getModulesOnDevice('gateway')).responseBody).toHaveLength(1)
  })

  test('reads a twin', async () => {
    await registry.create({ deviceId: 'fresh' })
    const { responseBody: twin } = await registry.getTwin('fresh')
    expect(twin).toMatchObject({ deviceId: 'fresh', etag: 'AAAAAAAAAAE=', version: 2, tags: {} })
    expect(twin.properties).toMatchObject({ desired: { $version: 1 }, reported: { $version: 1 } })
  })

  test('updates a twin with its etag, and with any etag', async () => {
    await registry.create({ deviceId: 'tagged' })
    const { responseBody: twin } = await registry.getTwin('tagged')
    const patch = { tags: { floor: 2 }, properties: { desired: { mode: 'eco' } } }
    const { responseBody: updated } = await registry.updateTwin('tagged', patch, twin.etag)
    expect(updated).toMatchObject({ tags: { floor: 2 }, properties: { desired: { mode: 'eco', $version: 2 } } })
    expect(updated.etag).not.toBe(twin.etag)
    const { responseBody: again } = await registry.updateTwin('tagged', { tags: { floor: null } }, '*')
    expect(again.tags).toEqual({})
  })

  test('removes all tags and desired properties with null', async () => {
    await registry.create({ deviceId: 'cleared' })
    const patch = { tags: { floor: 1 }, properties: { desired: { mode: 'eco' } } }
    await registry.updateTwin('cleared', patch, '*')
    const { responseBody: twin } = await registry.updateTwin(
      'cleared',
      { tags: null, properties: { desired: null } },
      '*',
    )
    expect([twin.tags, Object.keys(twin.properties.desired)]).toEqual([{}, ['$metadata', '$version']])
  })

  test('gets an error for a twin update with an old etag', async () => {
    await registry.create({ deviceId: 'raced' })
    const { responseBody: twin } = await registry.getTwin('raced')
    await registry.updateTwin('raced', { tags: { first: true } }, twin.etag)
    const late = registry.updateTwin('raced', { tags: { second: true } }, twin.etag)
    expect(await refusalOf(late)).toMatchObject({ name: 'InvalidEtagError' })
    expect((await registry.getTwin('raced')).responseBody.tags).toEqual({ first: true })
  })

  test('updates a twin with the method of the twin object', async () => {
    await registry.create({ deviceId: 'itself' })
    const { responseBody: twin } = await registry.getTwin('itself')
    await twin.update({ properties: { desired: { mode: 'eco' } } })
    await twin.update({ properties: { desired: { mode: 'auto' } } })
    expect(twin.properties.desired).toMatchObject({ mode: 'auto', $version: 3 })
  })

  test('reads and updates the twin of a module', async () => {
    await registry.create({ deviceId: 'plant' })
    await registry.addModule({ deviceId: 'plant', moduleId: 'pump' })
    const { responseBody: twin } = await registry.getModuleTwin('plant', 'pump')
    const patch = { properties: { desired: { speed: 3 } } }
    await registry.updateModuleTwin('plant', 'pump', patch, twin.etag)
    const { responseBody: updated } = await registry.getModuleTwin('plant', 'pump')
    expect(updated.properties.desired).toMatchObject({ speed: 3 })
    expect((await registry.getTwin('plant')).responseBody.properties.desired).not.toHaveProperty('speed')
  })

  test('counts devices', async () => {
    await registry.create({ deviceId: 'disabled', status: 'disabled' })
    const { responseBody: counts } = await registry.getRegistryStatistics()
    expect(counts.disabledDeviceCount).toBeGreaterThan(0)
    expect(counts.totalDeviceCount).toBe(counts.enabledDeviceCount + counts.disabledDeviceCount)
  })
})

describe('REST, where azure-iothub has no method', () => {
  test('replaces a twin (PUT)', async () => {
    await registry.create({ deviceId: 'replaced' })
    await registry.updateTwin('replaced', { tags: { old: 1 }, properties: { desired: { old: 1 } } }, '*')
    const body = { tags: { fresh: 1 }, properties: { desired: { fresh: 1 } } }
    expect((await rest(hub, 'PUT', '/twins/replaced', { body })).status).toBe(200)
    const { responseBody: twin } = await registry.getTwin('replaced')
    expect(twin.tags).toEqual({ fresh: 1 })
    expect(twin.properties.desired).toMatchObject({ fresh: 1, $version: 3 })
    expect(twin.properties.desired).not.toHaveProperty('old')
  })

  test('counts connected devices', async () => {
    const { body } = await rest(hub, 'GET', '/statistics/service')
    expect(body).toEqual({ connectedDeviceCount: 0 })
  })

  test('purges the messages of a device', async () => {
    await registry.create({ deviceId: 'purged' })
    await hub.sendToDevice('purged', { body: 'x' })
    const { body } = await rest(hub, 'DELETE', '/devices/purged/commands')
    expect(body).toEqual({ deviceId: 'purged', moduleId: null, totalMessagesPurged: 1 })
  })
})
