import { describe, expect } from 'vitest'
import type { JsonObject } from '../../../emulator/src/index.ts'
import { connect, connectSubscribed } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { createDevice, hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'

const test = hubTest()

describe('a twin over MQTT', () => {
  test('starts empty with both versions at 1', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    expect(JSON.parse((await device.get()).body)).toEqual({ desired: { $version: 1 }, reported: { $version: 1 } })
  })

  test('accepts reported properties, and answers 204 with the version in the topic and no body', async ({
    hub,
    deviceId,
  }) => {
    const device = await connectSubscribed(hub, { deviceId })
    expect(await device.report({ a: { b: 1 } }, 'r-1')).toEqual({
      topic: '$iothub/twin/res/204/?$rid=r-1&$version=2',
      body: '',
    })
    expect(hub.twin(deviceId)).toMatchObject({
      version: 3,
      etag: 'AAAAAAAAAAE=',
      properties: { reported: { a: { b: 1 } } },
    })
  })

  test('echoes a rid byte for byte', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    expect((await device.get('a%20b%zz')).topic).toBe('$iothub/twin/res/200/?$rid=a%20b%zz')
  })

  test('acknowledges a request of QoS 1', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    await device.client.publishAsync('$iothub/twin/PATCH/properties/reported/?$rid=1', '{"a":1}', { qos: 1 })
    expect((await device.next()).topic).toContain('res/204')
  })

  test('applies a patch without a $rid, and sends no response', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    await device.client.publishAsync('$iothub/twin/PATCH/properties/reported/', '{"a":1}', { qos: 1 })
    expect((await device.get('only')).topic).toContain('$rid=only')
    expect(device.messages).toHaveLength(1)
    expect(hub.twin(deviceId)).toMatchObject({ properties: { reported: { a: 1 } } })
  })

  test.for([
    ['no JSON', '{', 400],
    ['nothing', '', 400],
    ['an array', '[]', 400],
    ['null', 'null', 400],
    ['$version in the body', '{"$version":1}', 400],
    ['an integer out of range', '{"a":5283920058631410000}', 400],
    ['nesting as deep as it gets', `{"a":${'['.repeat(50000)}${']'.repeat(50000)}}`, 400],
    ['a section that is too large', JSON.stringify({ a: Array.from({ length: 9 }, () => 'x'.repeat(4000)) }), 400],
  ])('refuses %s with an error body, and stays connected', async ([_name, patch, status], { hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    const { topic, body } = await device.report(patch, 'bad')
    expect(topic).toBe(`$iothub/twin/res/${status}/?$rid=bad`)
    const error = JSON.parse(body) as JsonObject
    expect(error).toMatchObject({
      errorCode: expect.any(Number) as number,
      // Only REST has this code: see emulator/src/errors/error-body.ts.
      message: expect.not.stringContaining('ErrorCode:') as string,
    })
    expect(error['errorCode']).toBeTruthy()
    expect(error['trackingId']).toBeTruthy()
    expect(error['timestampUtc']).toBeTruthy()
    expect((await device.get()).topic).toContain('res/200')
  })

  test('answers 412 for a $version that is not the current one, and 204 for the current one', async ({
    hub,
    deviceId,
  }) => {
    const device = await connectSubscribed(hub, { deviceId })
    expect((await device.report({ a: 1 }, '1', 7)).topic).toBe('$iothub/twin/res/412/?$rid=1')
    expect((await device.report({ a: 1 }, '2', 1)).topic).toBe('$iothub/twin/res/204/?$rid=2&$version=2')
  })

  test('answers reported patches with 400 if the user name has no api-version', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId, mqtt: { username: `localhost/${deviceId}` } })
    expect((await device.report({ a: 1 })).topic).toContain('res/400')
    expect((await device.get()).topic).toContain('res/200')
  })

  test('treats the names of Object.prototype as data', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    const patch = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1}'
    expect((await device.report(patch)).topic).toContain('res/204')
    expect((await device.get()).body).toContain('"reported":{"__proto__":{"polluted":1},"constructor"')
    expect((await device.report('{"__proto__":null,"toString":null}')).topic).toContain('res/204')
    expect((await device.get()).body).toContain('"reported":{"constructor":{"prototype":{"polluted":1}},"$version":3}')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test.for(['dtmi:com:example:Thermostat;1', 'dtmi%3Acom%3Aexample%3AThermostat%3B1'])(
    'shows the model that a device announces as %s, and a query finds it',
    async (announced, { hub, deviceId }) => {
      const username = `localhost/${deviceId}/?api-version=2021-04-12&model-id=${announced}`
      await connect(hub, { deviceId, mqtt: { username } })
      expect(hub.twin(deviceId)['modelId']).toBe('dtmi:com:example:Thermostat;1')
      const query = `SELECT deviceId FROM devices WHERE modelId = 'dtmi:com:example:Thermostat;1' AND deviceId = '${deviceId}'`
      expect((await rest(hub, 'POST', '/devices/query', { body: { query } })).body).toEqual([{ deviceId }])
    },
  )
})

describe('desired properties', () => {
  test('reach the device as the patch with its version', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    await hub.updateTwin(deviceId, { properties: { desired: { a: 1, gone: null } } })
    expect(await device.next()).toEqual({
      topic: '$iothub/twin/PATCH/properties/desired/?$version=2',
      body: '{"a":1,"gone":null,"$version":2}',
    })
    await hub.updateTwin(deviceId, { properties: { desired: { a: 1 } } })
    expect((await device.next()).body).toBe('{"a":1,"$version":3}')
  })

  test.for<[method: string, body: JsonObject]>([
    ['PATCH', { properties: { desired: null } }],
    ['PATCH', { properties: null }],
    ['PUT', { properties: { desired: null }, tags: { t: 1 } }],
    ['PUT', { properties: null, tags: { t: 1 } }],
    ['PUT', { tags: { t: 1 } }],
  ])(
    'are all removed by %s with %j, and the device gets null for each top-level key',
    async ([method, body], { hub, deviceId }) => {
      const device = await connectSubscribed(hub, { deviceId })
      await hub.updateTwin(deviceId, { tags: { t: 1 }, properties: { desired: { a: { b: 1 }, c: [1] } } })
      await device.next()
      const answer = await rest(hub, method, `/twins/${deviceId}`, { body })
      expect([answer.status, (await device.next()).body]).toEqual([200, '{"a":null,"c":null,"$version":3}'])
      expect(answer.body).toMatchObject({ etag: 'AAAAAAAAAAM=', tags: { t: 1 } })
      expect(answer.body['properties']).toMatchObject({
        desired: {
          $metadata: { $lastUpdated: expect.any(String) as string, $lastUpdatedVersion: 3 },
          $version: 3,
        },
      })
      expect(Object.keys((answer.body['properties'] as { desired: JsonObject }).desired)).toEqual([
        '$metadata',
        '$version',
      ])
    },
  )

  test.for(['PATCH', 'PUT'])('remain when %s removes tags with null', async (method, { hub, deviceId }) => {
    await hub.updateTwin(deviceId, { tags: { t: 1 }, properties: { desired: { a: 1 } } })
    const body = { tags: null, properties: { desired: { a: 1 }, reported: null } }
    const answer = await rest(hub, method, `/twins/${deviceId}`, { body })
    expect(answer.body).toMatchObject({ tags: {}, properties: { desired: { a: 1, $version: 3 } } })
  })

  test.for<[name: string, body: JsonObject]>([
    ['tags', { tags: [] }],
    ['properties', { properties: 1 }],
    ['properties.desired', { properties: { desired: 'x' } }],
  ])('are refused where %s is neither an object nor null', async ([name, body], { hub, deviceId }) => {
    for (const method of ['PATCH', 'PUT']) {
      const answer = await rest(hub, method, `/twins/${deviceId}`, { body })
      expect([answer.status, answer.body['message']]).toEqual([
        400,
        `ErrorCode:ArgumentInvalid;${name} must be an object or null`,
      ])
    }
  })

  test('arrive in the order of their versions', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    const updates = Array.from({ length: 50 }, (_, at) => hub.updateTwin(deviceId, { properties: { desired: { at } } }))
    await Promise.all(updates)
    for (let at = 0; at < 50; at++) expect((await device.next()).body).toBe(`{"at":${at},"$version":${at + 2}}`)
  })

  test('are not sent for a change of tags, without a subscription, or to another device', async ({ hub, deviceId }) => {
    const deafId = await createDevice(hub)
    const other = await connectSubscribed(hub, { deviceId: await createDevice(hub) })
    const deaf = await connect(hub, { deviceId: deafId })
    const device = await connectSubscribed(hub, { deviceId })
    await hub.updateTwin(deviceId, { tags: { a: 1 } })
    await hub.updateTwin(deafId, { properties: { desired: { a: 1 } } })
    await hub.updateTwin(deviceId, { properties: { desired: { a: 1 } } })
    expect((await device.next()).body).toBe('{"a":1,"$version":2}')
    await other.get()
    await deaf.client.subscribeAsync('$iothub/twin/res/#')
    expect(JSON.parse((await deaf.get()).body)).toMatchObject({ desired: { a: 1, $version: 2 } })
    expect([other.messages.length, deaf.messages.length, device.messages.length]).toEqual([1, 1, 1])
  })
})

describe('answers', () => {
  test('reach only the connection of the request, and only with a subscription', async ({ hub, deviceId }) => {
    const other = await connectSubscribed(hub, { deviceId: await createDevice(hub) })
    const device = await connect(hub, { deviceId })
    await device.client.publishAsync('$iothub/twin/GET/?$rid=lost', '', { qos: 1 })
    await device.subscribe()
    await device.get('found')
    await other.get('mine')
    expect(device.messages.map(({ topic }) => topic)).toEqual(['$iothub/twin/res/200/?$rid=found'])
    expect(other.messages.map(({ topic }) => topic)).toEqual(['$iothub/twin/res/200/?$rid=mine'])
  })
})

describe('emptyPatchCounts', () => {
  test('decides whether an empty patch is an update', async ({ hub, deviceId }) => {
    const counting = await connectSubscribed(hub, { deviceId })
    expect((await counting.report({})).topic).toContain('$version=2')
    const other = await start({ emptyPatchCounts: false })
    const device = await connectSubscribed(other)
    expect((await device.report({})).topic).toContain('$version=1')
    await other.updateTwin('device1', { properties: { desired: {} } })
    expect(other.twin('device1')).toMatchObject({ etag: 'AAAAAAAAAAE=', version: 2 })
  })
})
