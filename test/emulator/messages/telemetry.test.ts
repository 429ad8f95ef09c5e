import { describe, expect, test } from 'vitest'
import { hear } from '../../support/hub-events.ts'
import { connect, refusalCode } from '../../support/device.ts'
import { start } from '../../support/hub.ts'

const topic = 'devices/device1/messages/events/'

describe('telemetry', () => {
  test('becomes an event with its properties, as azure-iot-device sends them', async () => {
    const hub = await start()
    const heard = hear(hub)
    const { client } = await connect(hub)
    // Observed, docs/protocol/protocol.md §5.
    const bag = '%24.mid=id%201&%24.ct=application%2Fjson&%24.ce=utf-8&a%20b=c%26d%3D%C3%A9%2F&bare&empty='
    await client.publishAsync(topic + bag, '{"t":21}', { qos: 1 })
    const event = await heard.next('telemetry')
    expect(event).toMatchObject({ deviceId: 'device1', at: expect.any(Number), sequence: expect.any(Number) })
    expect(Buffer.from(event.body).toString()).toBe('{"t":21}')
    expect(event.properties).toEqual({ 'a b': 'c&d=é/', bare: null, empty: '' })
    expect(event.systemProperties).toMatchObject({
      'message-id': 'id 1',
      'content-type': 'application/json',
      'content-encoding': 'utf-8',
      'iothub-connection-device-id': 'device1',
      'iothub-message-source': 'Telemetry',
    })
  })

  test.each([0, 1] as const)('is accepted with QoS %i, without a property bag and without the slash', async (qos) => {
    const hub = await start()
    const heard = hear(hub)
    const { client } = await connect(hub)
    for (const each of [topic, topic.slice(0, -1)]) {
      await client.publishAsync(each, 'x', { qos })
      expect((await heard.next('telemetry')).properties).toEqual({})
    }
  })

  test('from a module names the module and its output', async () => {
    const hub = await start()
    await hub.createModule('device1', 'pump')
    const heard = hear(hub)
    const { client } = await connect(hub, { moduleId: 'pump' })
    await client.publishAsync('devices/device1/modules/pump/messages/events/%24.on=alerts&level=2/', 'x', { qos: 1 })
    expect(await heard.next('telemetry')).toMatchObject({
      deviceId: 'device1',
      moduleId: 'pump',
      properties: { level: '2' },
      systemProperties: { 'iothub-outputname': 'alerts', 'iothub-connection-module-id': 'pump' },
    })
  })

  test('with RETAIN has a property for it, and is not stored', async () => {
    const hub = await start()
    const heard = hear(hub)
    const { client } = await connect(hub)
    await client.publishAsync(topic, 'x', { qos: 1, retain: true })
    expect((await heard.next('telemetry')).properties).toEqual({ 'mqtt-retain': 'true' })
  })

  test('cannot forge another device or a system property', async () => {
    const hub = await start()
    const heard = hear(hub)
    const { client } = await connect(hub)
    await client.publishAsync(`${topic}iothub-connection-device-id=x&__proto__=y&n=50%&%24.cdid=z`, 'x', { qos: 1 })
    const { properties, systemProperties } = await heard.next('telemetry')
    expect(systemProperties['iothub-connection-device-id']).toBe('device1')
    expect(Object.entries(properties)).toContainEqual(['__proto__', 'y'])
    expect(properties['n']).toBe('50%')
    expect(Object.getPrototypeOf(properties)).toBe(Object.prototype)
  })

  test('has at most 256 KB with its properties; more ends the connection', async () => {
    const hub = await start()
    const heard = hear(hub)
    const { client, closed } = await connect(hub)
    const body = Buffer.alloc(256 * 1024 - 2, 'x')
    await client.publishAsync(`${topic}a=b`, body, { qos: 1 })
    expect((await heard.next('telemetry')).body).toHaveLength(body.length)
    client.publish(`${topic}a=bc`, body)
    await closed()
    expect(heard.all.filter(({ type }) => type === 'telemetry')).toHaveLength(1)
  })

  test.each([
    'devices/other/messages/events/',
    'devices/device1/modules/m/messages/events/',
    'devices/device1/messages',
  ])('ends the connection at a foreign topic: %s', async (wrong) => {
    const { client, closed } = await connect(await start())
    client.publish(wrong, 'x')
    await closed()
  })

  test('with QoS 2 ends the connection', async () => {
    const { client, closed } = await connect(await start())
    client.publish(topic, 'x', { qos: 2 })
    await closed()
  })
})

describe('a will', () => {
  const will = { topic: `${topic}room=1`, payload: Buffer.from('gone'), qos: 1, retain: true } as const

  test.each([
    ['breaks', (hub: Awaited<ReturnType<typeof start>>) => void hub.faults.inject({ fault: 'kick' })],
    ['is replaced', async (hub: Awaited<ReturnType<typeof start>>) => void (await connect(hub))],
  ])('is published as telemetry when the connection %s', async (_how, lose) => {
    const hub = await start()
    const heard = hear(hub)
    await connect(hub, { mqtt: { will } })
    await lose(hub)
    const event = await heard.next('telemetry')
    expect(Buffer.from(event.body).toString()).toBe('gone')
    expect(event.properties).toEqual({ room: '1', 'mqtt-retain': 'true', 'iothub-MessageType': 'Will' })
  })

  test('is published when the device is silent for too long', async () => {
    const hub = await start()
    const heard = hear(hub)
    const { client } = await connect(hub, { mqtt: { will, keepalive: 1 } })
    client.sendPing = () => undefined
    expect((await heard.next('telemetry')).properties['iothub-MessageType']).toBe('Will')
  })

  test('is not published after a DISCONNECT', async () => {
    const hub = await start()
    const heard = hear(hub)
    const { client } = await connect(hub, { mqtt: { will } })
    await client.endAsync()
    await heard.next('disconnected')
    const { client: next } = await connect(hub)
    await next.publishAsync(topic, 'x', { qos: 1 })
    expect(Buffer.from((await heard.next('telemetry')).body).toString()).toBe('x')
  })

  test.each([
    ['another topic', { ...will, topic: 'devices/other/messages/events/' }],
    ['QoS 2', { ...will, qos: 2 as const }],
  ])('of %s is refused with the CONNECT', async (_name, wrong) => {
    const hub = await start()
    expect(await refusalCode(hub, { will: wrong })).toBe(5)
  })
})
