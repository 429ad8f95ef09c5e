import { once } from 'node:events'
import { describe, expect } from 'vitest'
import type { JsonObject } from '../../../emulator/src/index.ts'
import { parseJson } from '../../../emulator/src/formats/parse-json.ts'
import { hear } from '../../support/hub-events.ts'
import { openMqtt, openTcp, publishPacket, subscribePacket } from '../../support/raw-socket.ts'
import { later } from '../../support/cleanup.ts'
import { connect, connectSubscribed, telemetryTopic } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'
import { keyOf, token } from '../../support/sas-token.ts'

/** The internal errors of the hub, which fail the test. */
const errors: unknown[] = []

const test = hubTest({ onError: (error) => errors.push(error) })

function nested(levels: number, [open, close]: readonly [string, string] = ['{"a":', '}']): string {
  return open.repeat(levels) + '1' + close.repeat(levels)
}

describe('JSON of a hundred thousand levels', () => {
  const deep = nested(100_000)
  const brackets = nested(100_000, ['[', ']'])

  test.for<[method: string, path: string, body: string]>([
    ['PATCH', '/twins/device1', `{"properties":{"desired":${deep}}}`],
    ['PUT', '/twins/device1', `{"properties":{"desired":${deep}}}`],
    ['PUT', '/twins/device1', `{"tags":{"list":${brackets}}}`],
    ['POST', '/devices', `[{"id":"new","properties":{"desired":${deep}}}]`],
    ['PUT', '/devices/new', `{"authentication":{"unknown":${deep}}}`],
    ['POST', '/twins/device1/methods', `{"methodName":"x","payload":${brackets}}`],
    [
      'PUT',
      '/jobs/v2/deep',
      `{"type":"scheduleUpdateTwin","queryCondition":"*","updateTwin":{"etag":"*","tags":{},"unknown":${deep}}}`,
    ],
    ['POST', '/devices/query', `{"query":${brackets}}`],
  ])('is refused by %s %s', async ([method, path, body], { hub }) => {
    const answer = await rest(hub, method, path, { body })
    expect(answer.status).toBe(400)
    expect(answer.body['Message']).toMatch(/nested deeper than 100 levels/)
    expect(errors).toEqual([])
  })

  test('is refused in a report', async ({ hub, deviceId }) => {
    const device = await connectSubscribed(hub, { deviceId })
    const { topic, body } = await device.report(nested(20_000))
    expect(topic).toBe('$iothub/twin/res/400/?$rid=1')
    expect(body).toMatch(/nested deeper than 100 levels/)
    expect(errors).toEqual([])
  })

  test('is refused in the response to a method', async ({ hub, deviceId }) => {
    const device = await connect(hub, { deviceId })
    await device.client.subscribeAsync('$iothub/methods/POST/#')
    device.client.on('message', (topic) => {
      void device.client.publishAsync(`$iothub/methods/res/200/?${topic.split('?')[1] ?? ''}`, nested(10_000))
    })
    const { status, body } = await rest(hub, 'POST', `/twins/${deviceId}/methods`, { body: { methodName: 'x' } })
    expect([status, errors]).toEqual([502, []])
    expect(body['Message']).toMatch(/nested deeper than 100 levels/)
  })

  test('differs from a long text that only looks nested', () => {
    const text = JSON.stringify({ text: '[{"\\'.repeat(1000), list: Array.from({ length: 1000 }, () => [{}]) })
    expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text))
    expect(parseJson(Buffer.from(nested(100)))).toBeDefined()
    expect(() => parseJson(Buffer.from(nested(101)))).toThrow('deeper')
  })
})

describe.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is a name like any other', (name) => {
  // A literal with `__proto__` would set the prototype.
  const holding = (value: unknown): JsonObject => JSON.parse(`{"${name}":${JSON.stringify(value)}}`) as JsonObject

  test('of a device, a module, a tag and a property', async ({ hub }) => {
    later(() => rest(hub, 'DELETE', `/devices/${name}`))
    expect((await rest(hub, 'GET', `/twins/${name}`)).status).toBe(404)
    expect((await rest(hub, 'PUT', `/devices/${name}`, { body: {} })).status).toBe(200)
    expect((await rest(hub, 'PUT', `/devices/${name}/modules/${name}`, { body: {} })).status).toBe(201)
    const change = { tags: holding({ polluted: 1 }), properties: { desired: holding({ polluted: 2 }) } }
    await rest(hub, 'PATCH', `/twins/${name}`, { body: JSON.stringify(change) })
    const { body } = await rest(hub, 'GET', `/twins/${name}`)
    expect(JSON.stringify(body['tags'])).toBe(JSON.stringify(holding({ polluted: 1 })))
    const query = `SELECT deviceId FROM devices WHERE tags.${name}.polluted = 1`
    expect((await rest(hub, 'POST', '/devices/query', { body: { query } })).body).toEqual([{ deviceId: name }])
    expect((await rest(hub, 'GET', `/jobs/v2/${name}`)).status).toBe(404)
    expect(Object.keys(Object.prototype)).toEqual([])
    expect({}).not.toHaveProperty('polluted')
    expect(errors).toEqual([])
  })

  test('of a connection, a property in a bag, a rid and a method', async ({ hub }) => {
    await hub.createDevice(name)
    const events: unknown[] = []
    later(hub.events.listen((event) => event.type === 'telemetry' && events.push(event.properties)))
    const device = await connectSubscribed(hub, { deviceId: name })
    await device.client.publishAsync(`devices/${name}/messages/events/${name}=x`, '', { qos: 1 })
    expect(JSON.stringify(events)).toBe(JSON.stringify([holding('x')]))
    expect((await device.get(name)).topic).toBe(`$iothub/twin/res/200/?$rid=${name}`)
    expect((await device.report(JSON.stringify(holding({ polluted: 3 })))).topic).toContain('/204/')
    await device.client.publishAsync(`$iothub/methods/res/200/?$rid=${name}`, '{}')
    const call = await rest(hub, 'POST', `/twins/${name}/methods`, { body: { methodName: name } })
    expect(call.status).toBe(404)
    expect({}).not.toHaveProperty('polluted')
    expect(errors).toEqual([])
  })
})

describe('a topic', () => {
  test.for<[what: string, topic: string]>([
    ['with a NUL', '$iothub/twin/GET/?$rid=a\0b'],
    ['that is not UTF-8', Buffer.from('$iothub/twin/GET/?$rid=\xff', 'latin1').toString('latin1')],
    ['whose $rid leaves no room for the topic of the response', `$iothub/twin/GET/?$rid=${'a'.repeat(65_500)}`],
    ['with a wildcard', '$iothub/twin/GET/?$rid=#'],
    ['of two hundred levels', `$iothub/twin/GET/?$rid=${'/'.repeat(200)}`],
  ])('%s ends the connection, and sends nothing', async ([_case, topic], { hub, deviceId }) => {
    const device = await openMqtt(hub, { deviceId })
    device.send(subscribePacket('$iothub/twin/res/#'))
    await device.got('\x90\x03\x00\x01\x00')
    const name = Buffer.from(topic, 'latin1')
    const packet = publishPacket('x'.repeat(name.length))
    name.copy(packet, packet.length - name.length)
    device.send(packet)
    expect(await device.closed()).toBe('\x20\x02\0\0\x90\x03\0\x01\0')
    expect(errors).toEqual([])
  })
})

test('a client that disconnects in the middle of a body causes no error of the hub', async () => {
  const faults: unknown[] = []
  const hub = await start({ onError: (error) => faults.push(error) })
  const authorization = token('localhost', keyOf(hub.connectionStrings.service()), { policyName: 'iothubowner' })
  for (const header of ['Content-Length: 100\r\n\r\n{"tags', 'Transfer-Encoding: chunked\r\n\r\n6\r\n{"tags']) {
    const { socket, send } = await openTcp(hub.plainPort)
    send(
      `PATCH /twins/device1?api-version=2021-04-12 HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n${header}`,
    )
    // A second request shows that the hub has processed the first.
    await rest(hub, 'GET', '/twins/device1')
    socket.resetAndDestroy()
    await once(socket, 'close')
  }
  expect((await rest(hub, 'PATCH', '/twins/device1', { body: { tags: { a: 1 } } })).status).toBe(200)
  await hub.close()
  expect(faults).toEqual([])
})

test.for<[method: string, path: string, name: string, body: object]>([
  ['POST', '/hub/devices/device1/messages', 'expiryTimeUtc', {}],
  [
    'PUT',
    '/jobs/v2/j',
    'startTime',
    { type: 'scheduleUpdateTwin', queryCondition: '*', updateTwin: { etag: '*', tags: {} } },
  ],
])(
  '%s %s takes a time in ISO 8601, and nothing else that Date.parse takes',
  async ([method, path, name, body], { hub }) => {
    for (const time of ['abc 1', '1', '2030-01-01 (noon)', 'Jan 1 2030', '2030-13-01', '+275760-09-13T00:00:00Z']) {
      expect((await rest(hub, method, path, { body: { ...body, [name]: time } })).status).toBe(400)
    }
    for (const [at, time] of ['2030-01-01', '2030-01-01T00:00:00.1234567Z', '2030-01-01T00:00+02:00'].entries()) {
      const { status } = await rest(hub, method, `${path}${method === 'PUT' ? at : ''}`, {
        body: { ...body, [name]: time },
      })
      expect(status).toBeLessThan(300)
    }
  },
)

test.for([
  ['an expiry of 1e400', '1e400'],
  ['a negative expiry', '-1'],
  ['an expiry with a sign', '+9999999999'],
  ['an expiry in hexadecimal', '0xffffffffff'],
  ['an expiry of other digits', '٩٩٩٩٩٩٩٩٩٩'],
  ['no expiry', ''],
])('a token with %s is refused', async ([_case, expiry], { hub }) => {
  const good = token('localhost', keyOf(hub.connectionStrings.service()), { policyName: 'iothubowner' })
  const authorization = encodeURI(good.replace(/se=\d+/, `se=${expiry}`)).replaceAll(/%25|%20/g, decodeURI)
  expect((await rest(hub, 'GET', '/twins/device1', { authorization })).status).toBe(401)
})

describe('a topic at the limit of MQTT', () => {
  const events = 'devices/device1/messages/events/'

  test.for<[what: string, bag: string, count: number]>([
    ['one long property', `a=${'x'.repeat(65_535 - events.length - 2)}`, 1],
    ['nine thousand properties', Array.from({ length: 9000 }, (_, at) => `k${at}`).join('&'), 9000],
    ['separators alone', '&'.repeat(65_535 - events.length), 0],
    ['invalid escapes', '%'.repeat(65_535 - events.length), 1],
  ])('carries %s, and the connection goes on', async ([_case, bag, count], { hub }) => {
    const heard = hear(hub, 'device1')
    const device = await openMqtt(hub)
    device.send(Buffer.concat([publishPacket(events + bag, 'body', 1), subscribePacket('$iothub/twin/res/#')]))
    device.send(publishPacket('$iothub/twin/GET/?$rid=after'))
    await device.got('$iothub/twin/res/200/?$rid=after{')
    await device.got('\x40\x02\x00\x07')
    expect(Object.keys((await heard.next('telemetry')).properties)).toHaveLength(count)
    expect(errors).toEqual([])
  })

  test('closes the connection if the topic is longer than its packet', async ({ hub, deviceId }) => {
    const device = await openMqtt(hub, { deviceId })
    const packet = publishPacket(telemetryTopic(deviceId))
    packet.writeUInt16BE(65_535, 2)
    device.send(packet)
    await device.closed()
    expect(errors).toEqual([])
  })

  test('closes the connection if the topic of the response would be too long', async ({ hub, deviceId }) => {
    const device = await openMqtt(hub, { deviceId })
    device.send(publishPacket(`$iothub/twin/PATCH/properties/reported/?$rid=${'r'.repeat(65_480)}`, '{"a":1}'))
    await device.closed()
    expect(hub.twin(deviceId)).toMatchObject({ properties: { reported: { $version: 1 } } })
    expect(errors).toEqual([])
  })
})

test('a snapshot with the deepest allowed response of a job can be restored', async ({ hub, deviceId }) => {
  const device = await connect(hub, { deviceId })
  await device.client.subscribeAsync('$iothub/methods/POST/#')
  device.client.on('message', (topic) => {
    void device.client.publishAsync(`$iothub/methods/res/200/?${topic.split('?')[1] ?? ''}`, nested(100))
  })
  const job = {
    type: 'scheduleDeviceMethod',
    queryCondition: `deviceId = '${deviceId}'`,
    cloudToDeviceMethod: { methodName: 'x' },
  }
  await rest(hub, 'PUT', '/jobs/v2/deep', { body: job })
  await expect.poll(async () => (await rest(hub, 'GET', '/jobs/v2/deep')).body['status']).toBe('completed')
  const { body } = await rest(hub, 'GET', '/hub/snapshot')
  expect(JSON.stringify(body)).toContain(nested(100))
  expect((await rest(hub, 'PUT', '/hub/snapshot', { body })).status).toBe(204)
})
