import { describe, expect } from 'vitest'
import type { Hub, JsonObject } from '../../../emulator/src/index.ts'
import { type RestAnswer, rest } from '../../support/rest.ts'
import { connectSubscribed } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { registryOf } from '../../support/service-sdk.ts'

const test = hubTest().extend('registry', ({ hub }) => registryOf(hub))

const SUCCEEDED = { isSuccessful: true, errors: [], warnings: [] }

function post(hub: Hub, body: unknown): Promise<RestAnswer> {
  return rest(hub, 'POST', '/devices', { body })
}

async function errorOf(hub: Hub, entry: JsonObject): Promise<unknown> {
  const { status, body } = await post(hub, [entry])
  return status === 200 ? undefined : (body['errors'] as JsonObject[])[0]?.['errorCode']
}

describe('azure-iothub Registry in bulk', () => {
  test('creates, updates, and removes devices, with or without etags', async ({ registry }) => {
    const devices = ['x', 'y'].map((deviceId) => ({ deviceId }))
    expect((await registry.addDevices(devices)).responseBody).toEqual(SUCCEEDED)
    expect((await registry.updateDevices([{ deviceId: 'x', status: 'disabled' }], true)).responseBody).toEqual(
      SUCCEEDED,
    )
    const { responseBody: device } = await registry.get('x')
    expect(device.status).toBe('disabled')

    const stale = [{ deviceId: 'x', status: 'enabled' as const, etag: 'AAAA' }]
    await expect(registry.updateDevices(stale, false)).rejects.toMatchObject({ name: 'ArgumentError' })
    await expect(registry.removeDevices(stale, false)).rejects.toMatchObject({ name: 'ArgumentError' })
    const { etag } = device as unknown as { etag: string }
    await registry.updateDevices([{ deviceId: 'x', status: 'enabled', etag }], false)
    expect((await registry.get('x')).responseBody.status).toBe('enabled')
    expect((await registry.removeDevices(devices, true)).responseBody).toEqual(SUCCEEDED)
    await expect(registry.get('x')).rejects.toMatchObject({ name: 'DeviceNotFoundError' })
  })
})

describe('POST /devices', () => {
  test('performs all valid operations, and lists the devices that failed', async ({ hub, deviceId, registry }) => {
    const { status, body } = await post(hub, [
      { id: 'c' },
      { id: deviceId },
      5,
      { id: 'bad id' },
      { id: 'd', tags: { 'a.b': 1 } },
      { id: 'nobody', importMode: 'update' },
    ])
    expect(status).toBe(400)
    expect(body).toMatchObject({
      isSuccessful: false,
      warnings: [],
      errors: [
        {
          deviceId,
          errorCode: 'DeviceAlreadyExists',
          errorStatus: `A device with ID ${deviceId} is already registered`,
        },
        { deviceId: null, errorCode: 'ArgumentInvalid' },
        { deviceId: 'bad id', errorCode: 'ArgumentInvalid' },
        { deviceId: 'd', errorCode: 'ArgumentInvalid' },
        { deviceId: 'nobody', errorCode: 'DeviceNotFound' },
      ],
    })
    expect((await registry.get('c')).responseBody.deviceId).toBe('c')
    expect((await rest(hub, 'GET', '/devices/d')).status).toBe(404)
  })

  test('accepts an identity only once', async () => {
    const hub = await start({ devices: ['a', 'b'] })
    const registry = registryOf(hub)
    const { body } = await post(hub, [{ id: 'x' }, { id: 'y' }, { id: 'x', importMode: 'delete' }])
    const error = { deviceId: 'x', errorCode: 'DeviceDefinedMultipleTimes' }
    expect(body['errors']).toMatchObject([error, error])
    expect((await registry.list()).responseBody.map(({ deviceId }) => deviceId)).toEqual(['a', 'b', 'device1', 'y'])
  })

  test('creates devices with tags and desired properties, and modules', async ({ hub }) => {
    const twin = { tags: { floor: 3 }, properties: { desired: { on: true, off: null }, reported: { ignored: 1 } } }
    expect(
      (
        await post(hub, [
          { id: 'new', ...twin },
          { id: 'new', moduleId: 'm', tags: { of: 'new' } },
        ])
      ).body,
    ).toEqual(SUCCEEDED)
    const created = hub.twin('new')
    expect(created).toMatchObject({
      etag: 'AAAAAAAAAAE=',
      version: 2,
      tags: { floor: 3 },
      properties: { desired: { on: true, $version: 1 }, reported: { $version: 1 } },
    })
    expect(JSON.stringify(created)).not.toMatch(/off|ignored/)
    expect(hub.twin('new', 'm')).toMatchObject({ tags: { of: 'new' } })
  })

  test('updates twins, and notifies their devices', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    const entry = { id: deviceId, tags: { floor: 1 }, properties: { desired: { on: true } } }
    expect((await post(hub, [{ ...entry, importMode: 'updateTwin' }])).body).toEqual(SUCCEEDED)
    expect((await device.next()).body).toBe('{"on":true,"$version":2}')
    expect(hub.twin(deviceId)).toMatchObject({ tags: { floor: 1 } })
    const conditional = { id: deviceId, tags: { floor: 2 }, importMode: 'updateTwinIfMatchETag' }
    expect(await errorOf(hub, { ...conditional, twinETag: 'AAAAAAAAAAE=' })).toBe('PreconditionFailed')
    expect(await errorOf(hub, conditional)).toBe('PreconditionFailed')
    expect(await errorOf(hub, { ...conditional, twinETag: 'AAAAAAAAAAI=' })).toBeUndefined()
    expect(hub.twin(deviceId)).toMatchObject({ tags: { floor: 2 } })
  })

  const modes: [mode: string, known: string | undefined, unknown: string | undefined][] = [
    ['create', 'DeviceAlreadyExists', undefined],
    ['update', undefined, 'DeviceNotFound'],
    ['updateIfMatchETag', 'PreconditionFailed', 'DeviceNotFound'],
    ['delete', undefined, 'DeviceNotFound'],
    ['deleteIfMatchETag', 'PreconditionFailed', 'DeviceNotFound'],
    ['updateTwin', undefined, 'DeviceNotFound'],
    ['updateTwinIfMatchETag', 'PreconditionFailed', 'DeviceNotFound'],
    ['createOrUpdate', 'ArgumentInvalid', 'ArgumentInvalid'],
  ]

  test.for(modes)('accepts the mode %s in every spelling', async ([mode, known, unknown], { hub, deviceId }) => {
    expect(await errorOf(hub, { id: deviceId, importMode: mode })).toBe(known)
    expect(await errorOf(hub, { id: `${deviceId}-missing`, importMode: mode.toUpperCase() })).toBe(unknown)
  })

  test('accepts a hundred operations', async () => {
    const hub = await start({ devices: ['a', 'b'] })
    const hundred = Array.from({ length: 100 }, (_, at) => ({ id: `n${at}` }))
    expect((await post(hub, hundred)).body).toEqual(SUCCEEDED)
    expect((await rest(hub, 'GET', '/statistics/devices')).body).toMatchObject({ totalDeviceCount: 103 })
    expect((await post(hub, [...hundred, { id: 'more' }])).status).toBe(400)
  })
})

describe('GET /devices', () => {
  test('lists the requested number of devices, at most 1000', async () => {
    const hub = await start({ devices: ['a', 'b'] })
    const registry = registryOf(hub)
    for (let from = 0; from < 1000; from += 100) {
      await post(
        hub,
        Array.from({ length: 100 }, (_, at) => ({ id: `n${from + at}` })),
      )
    }
    expect((await registry.list()).responseBody).toHaveLength(1000)
    expect((await rest(hub, 'GET', '/devices?top=3')).body).toHaveLength(3)
  })
})
