import { describe, expect } from 'vitest'
import { hear } from '../../support/hub-events.ts'
import { connect, connectOptions, refusalCode, telemetryTopic } from '../../support/device.ts'
import type { Hub } from '../../../emulator/src/index.ts'
import { createDevice, hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'
import { keyOf, token } from '../../support/sas-token.ts'

const test = hubTest()

describe('telemetry', () => {
  test('becomes an event with its properties, as azure-iot-device sends them', async ({ hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    const { client } = await connect(hub, { deviceId })
    // Observed, docs/protocol/protocol.md §5.
    const bag = '%24.mid=id%201&%24.ct=application%2Fjson&%24.ce=utf-8&a%20b=c%26d%3D%C3%A9%2F&bare&empty='
    await client.publishAsync(telemetryTopic(deviceId) + bag, '{"t":21}', { qos: 1 })
    const event = await heard.next('telemetry')
    expect(event).toMatchObject({ deviceId, at: expect.any(Number), sequence: expect.any(Number) })
    expect(Buffer.from(event.body).toString()).toBe('{"t":21}')
    expect(event.properties).toEqual({ 'a b': 'c&d=é/', bare: null, empty: '' })
    expect(event.systemProperties).toMatchObject({
      'message-id': 'id 1',
      'content-type': 'application/json',
      'content-encoding': 'utf-8',
      'iothub-connection-device-id': deviceId,
      'iothub-message-source': 'Telemetry',
    })
  })

  test('names its connection, as IoT Hub does: authentication, generation, model, and component', async ({
    hub,
    deviceId,
  }) => {
    const { generationId } = (await rest(hub, 'GET', `/devices/${deviceId}`)).body
    const heard = hear(hub, deviceId)
    const { username = '' } = connectOptions(hub, { deviceId })
    const { client } = await connect(hub, {
      deviceId,
      mqtt: { username: `${username}&model-id=${encodeURIComponent('dtmi:com:example:Thermostat;1')}` },
    })
    const bag = '%24.sub=thermostat1&%24.schema=s&%24.ctime=2026-01-01T00%3A00%3A00Z&%24.uid=u&%24.to=t&%24.new=n'
    await client.publishAsync(telemetryTopic(deviceId) + bag, '{}', { qos: 1 })
    const { properties, systemProperties } = await heard.next('telemetry')
    expect(properties).toEqual({})
    expect(systemProperties).toEqual({
      'dt-subject': 'thermostat1',
      'dt-dataschema': 'dtmi:com:example:Thermostat;1',
      'iothub-message-schema': 's',
      'iothub-creation-time-utc': '2026-01-01T00:00:00Z',
      'user-id': 'u',
      to: 't',
      '$.new': 'n',
      'iothub-connection-device-id': deviceId,
      'iothub-connection-auth-method': '{"scope":"device","type":"sas","issuer":"iothub","acceptingIpFilterRule":null}',
      'iothub-connection-auth-generation-id': generationId,
      'iothub-enqueuedtime': expect.any(String),
      'iothub-message-source': 'Telemetry',
    })
  })

  test.for([
    ['module', { moduleId: 'pump' }, undefined],
    ['hub', {}, 'iothubowner'],
  ] as const)('names the scope %s of its token', async ([scope, options, policyName], { hub, deviceId }) => {
    await hub.createModule(deviceId, 'pump')
    const heard = hear(hub, deviceId)
    const key = keyOf(hub.connectionStrings.service())
    const password = token(`localhost/devices/${deviceId}`, key, { policyName: 'iothubowner' })
    const { client } = await connect(hub, {
      deviceId,
      ...options,
      ...(policyName !== undefined && { mqtt: { password } }),
    })
    const path = 'moduleId' in options ? `devices/${deviceId}/modules/pump` : `devices/${deviceId}`
    await client.publishAsync(`${path}/messages/events/`, '', { qos: 1 })
    const method = (await heard.next('telemetry')).systemProperties['iothub-connection-auth-method']
    expect(method).toBe(`{"scope":"${scope}","type":"sas","issuer":"iothub","acceptingIpFilterRule":null}`)
  })

  test.for<[what: string, bag: string, expected: object]>([
    ['raw keys and values', '$.mid=1/2&a b=c d', { mid: '1/2', properties: { 'a b': 'c d' } }],
    ['lower-case hex', '%24.mid=%c3%a9&a=%2f', { mid: 'é', properties: { a: '/' } }],
    ['a leading ?', '?%24.mid=1&a=2', { mid: '1', properties: { a: '2' } }],
    ['a trailing slash', '%24.mid=1&a=2/', { mid: '1', properties: { a: '2' } }],
    ['text that is no escape', '%24.mid=50%&%zz=%&a=b=c&&a=%80', { mid: '50%', properties: { '%zz': '%', a: '%80' } }],
  ])('is read from a bag with %s', async ([_what, bag, expected], { hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    const { client } = await connect(hub, { deviceId })
    await client.publishAsync(telemetryTopic(deviceId) + bag, 'x', { qos: 1 })
    const { properties, systemProperties } = await heard.next('telemetry')
    expect({ mid: systemProperties['message-id'], properties }).toEqual(expected)
  })

  test('is read by a reader of one type and one device', async ({ hub, deviceId }) => {
    const otherId = await createDevice(hub)
    const { client } = await connect(hub, { deviceId })
    const { client: other } = await connect(hub, { deviceId: otherId })
    const reader = hub.events.read({ types: ['telemetry'], device: deviceId, signal: AbortSignal.timeout(10_000) })
    await other.publishAsync(telemetryTopic(otherId), 'no', { qos: 1 })
    await hub.updateTwin(deviceId, { tags: { a: 1 } })
    await client.publishAsync(`${telemetryTopic(deviceId)}a=b`, 'yes', { qos: 1 })
    const { value } = await reader.next()
    expect(value).toMatchObject({ type: 'telemetry', deviceId, properties: { a: 'b' } })
    await reader.return?.()
  })

  test.for([0, 1] as const)(
    'is accepted with QoS %i, without a property bag and without the slash',
    async (qos, { hub, deviceId }) => {
      const heard = hear(hub, deviceId)
      const { client } = await connect(hub, { deviceId })
      for (const each of [telemetryTopic(deviceId), telemetryTopic(deviceId).slice(0, -1)]) {
        await client.publishAsync(each, 'x', { qos })
        expect((await heard.next('telemetry')).properties).toEqual({})
      }
    },
  )

  test('from a module names the module and its output', async ({ hub, deviceId }) => {
    await hub.createModule(deviceId, 'pump')
    const heard = hear(hub, deviceId)
    const { client } = await connect(hub, { deviceId, moduleId: 'pump' })
    await client.publishAsync(`devices/${deviceId}/modules/pump/messages/events/%24.on=alerts&level=2/`, 'x', {
      qos: 1,
    })
    expect(await heard.next('telemetry')).toMatchObject({
      deviceId,
      moduleId: 'pump',
      properties: { level: '2' },
      systemProperties: { 'iothub-outputname': 'alerts', 'iothub-connection-module-id': 'pump' },
    })
  })

  test('with RETAIN has a property for it, and is not stored', async ({ hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    const { client } = await connect(hub, { deviceId })
    await client.publishAsync(telemetryTopic(deviceId), 'x', { qos: 1, retain: true })
    expect((await heard.next('telemetry')).properties).toEqual({ 'mqtt-retain': 'true' })
  })

  test('cannot forge another device or a system property', async ({ hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    const { client } = await connect(hub, { deviceId })
    await client.publishAsync(
      `${telemetryTopic(deviceId)}iothub-connection-device-id=x&__proto__=y&n=50%&%24.cdid=z`,
      'x',
      { qos: 1 },
    )
    const { properties, systemProperties } = await heard.next('telemetry')
    expect(systemProperties['iothub-connection-device-id']).toBe(deviceId)
    expect(Object.entries(properties)).toContainEqual(['__proto__', 'y'])
    expect(properties['n']).toBe('50%')
    expect(Object.getPrototypeOf(properties)).toBe(Object.prototype)
  })

  test('has at most 256 KB with its properties, where names of system properties do not count', async ({
    hub,
    deviceId,
  }) => {
    const heard = hear(hub, deviceId)
    const { client, closed } = await connect(hub, { deviceId })
    const body = Buffer.alloc(256 * 1024 - 4, 'x')
    await client.publishAsync(`${telemetryTopic(deviceId)}%24.mid=12&a=b`, body, { qos: 1 })
    expect((await heard.next('telemetry')).body).toHaveLength(body.length)
    client.publish(`${telemetryTopic(deviceId)}%24.mid=12&a=bc`, body)
    await closed()
    expect(heard.all.filter(({ type }) => type === 'telemetry')).toHaveLength(1)
  })

  test.for([
    'devices/other/messages/events/',
    'devices/device1/modules/m/messages/events/',
    'devices/device1/messages',
  ])('ends the connection at a foreign topic: %s', async (wrong, { hub, deviceId }) => {
    const { client, closed } = await connect(hub, { deviceId })
    client.publish(wrong.replace('device1', deviceId), 'x')
    await closed()
  })

  test('with QoS 2 ends the connection', async ({ hub, deviceId }) => {
    const { client, closed } = await connect(hub, { deviceId })
    client.publish(telemetryTopic(deviceId), 'x', { qos: 2 })
    await closed()
  })
})

describe('a will', () => {
  const willOf = (deviceId: string) =>
    ({ topic: `${telemetryTopic(deviceId)}room=1`, payload: Buffer.from('gone'), qos: 1, retain: true }) as const

  test.for<[how: string, lose: (hub: Hub, deviceId: string) => unknown]>([
    ['breaks', (hub, device) => hub.faults.inject({ fault: 'kick', device })],
    ['is replaced', (hub, deviceId) => connect(hub, { deviceId })],
  ])('is published as telemetry when the connection %s', async ([_how, lose], { hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    await connect(hub, { deviceId, mqtt: { will: willOf(deviceId) } })
    await lose(hub, deviceId)
    const event = await heard.next('telemetry')
    expect(Buffer.from(event.body).toString()).toBe('gone')
    expect(event.properties).toEqual({ room: '1', 'mqtt-retain': 'true', 'iothub-MessageType': 'Will' })
  })

  test('is published when the device is silent for too long', async ({ hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    const { client } = await connect(hub, { deviceId, mqtt: { will: willOf(deviceId), keepalive: 1 } })
    client.sendPing = () => undefined
    expect((await heard.next('telemetry')).properties['iothub-MessageType']).toBe('Will')
  })

  test('is not published after a DISCONNECT', async ({ hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    const { client } = await connect(hub, { deviceId, mqtt: { will: willOf(deviceId) } })
    await client.endAsync()
    await heard.next('disconnected')
    const { client: next } = await connect(hub, { deviceId })
    await next.publishAsync(telemetryTopic(deviceId), 'x', { qos: 1 })
    expect(Buffer.from((await heard.next('telemetry')).body).toString()).toBe('x')
  })

  test.for([
    ['another topic', { topic: 'devices/other/messages/events/' }],
    ['QoS 2', { qos: 2 }],
  ] as const)('of %s is refused with the CONNECT', async ([_name, wrong], { hub, deviceId }) => {
    expect(await refusalCode(hub, { deviceId, mqtt: { will: { ...willOf(deviceId), ...wrong } } })).toBe(5)
  })
})
