import { once } from 'node:events'
import { describe, expect } from 'vitest'
import { WebSocket } from 'ws'
import { type MqttClient, connectMqtt } from '../../support/mqtt.ts'
import { later } from '../../support/cleanup.ts'
import { connect, connectOptions, connectSubscribed } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { createDevice, hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'
import { within } from '../../support/waits.ts'

const test = hubTest()

function failureOf(client: MqttClient): Promise<Error> {
  return new Promise((resolve) => client.once('error', resolve))
}

describe('faults.set()', () => {
  test('refuses upgrades and CONNECTs for the given number of times', async ({ hub, deviceId, faults }) => {
    faults.set({ fault: 'refuse', operation: 'upgrade', status: 503, times: 1 })
    const socket = new WebSocket(hub.endpoints.ws, 'mqtt')
    const [, response] = (await within('an answer', once(socket, 'unexpected-response'))) as [
      unknown,
      { statusCode: number },
    ]
    expect(response.statusCode).toBe(503)

    faults.set({ fault: 'refuse', code: 3, device: deviceId, times: 1 })
    const client = connectMqtt(hub.endpoints.ws, connectOptions(hub, { deviceId }))
    later(() => client.endAsync(true))
    expect(await within('CONNACK', failureOf(client))).toMatchObject({ code: 3 })
    await connect(hub, { deviceId })
  })

  test('loses the response of one kind of request, which the hub still performs', async ({ hub, deviceId, faults }) => {
    const device = await connectSubscribed(hub, { deviceId })
    faults.set({ fault: 'lose', operation: 'patch', times: 1 })
    await device.client.publishAsync('$iothub/twin/PATCH/properties/reported/?$rid=lost', '{"a":1}', { qos: 1 })
    expect((await device.get('here')).body).toContain('"a":1')
    expect(device.messages).toHaveLength(1)
  })

  test('delays a response until others have passed it', async ({ hub, deviceId, faults }) => {
    faults.set({ fault: 'delay', milliseconds: 1000, operation: 'get' })
    const device = await connectSubscribed(hub, { deviceId })
    await device.client.publishAsync('$iothub/twin/GET/?$rid=slow', '')
    expect((await device.report({ a: 1 }, 'fast')).topic).toContain('$rid=fast')
    expect((await device.next()).topic).toContain('$rid=slow')
  })

  test('answers with any status and body, or throttles, and performs nothing', async ({ hub, deviceId, faults }) => {
    const device = await connectSubscribed(hub, { deviceId })
    const undo = faults.answer({ status: 500 })
    const { topic, body } = await device.report({ a: 1 })
    expect([topic, (JSON.parse(body) as { errorCode: number }).errorCode]).toEqual([
      '$iothub/twin/res/500/?$rid=1',
      500001,
    ])
    undo()
    faults.answer({ status: 400, body: '', times: 1 })
    expect(await device.report({ a: 1 })).toEqual({ topic: '$iothub/twin/res/400/?$rid=1', body: '' })
    faults.set({ fault: 'throttle', times: 1 })
    expect(JSON.parse((await device.report({ a: 1 })).body)).toMatchObject({ errorCode: 429001 })
    expect((await device.report({ a: 1 })).topic).toBe('$iothub/twin/res/204/?$rid=1&$version=2')
  })

  test('loses and duplicates desired patches, for one device only', async ({ hub, deviceId, faults }) => {
    const otherId = await createDevice(hub)
    const device = await connectSubscribed(hub, { deviceId })
    const other = await connectSubscribed(hub, { deviceId: otherId })
    faults.set({ fault: 'lose', operation: 'notification', device: deviceId, times: 1 })
    faults.set({ fault: 'duplicate', device: deviceId, times: 1 })
    for (const id of [deviceId, deviceId, deviceId, otherId]) {
      await hub.updateTwin(id, { properties: { desired: { a: 1 } } })
    }
    const versions: string[] = []
    for (let at = 0; at < 3; at++) versions.push((await device.next()).topic)
    expect(versions.map((topic) => topic.split('=')[1])).toEqual(['3', '3', '4'])
    expect((await other.next()).body).toBe('{"a":1,"$version":2}')
  })

  test('sends a response twice, and performs the request once', async ({ hub, deviceId, faults }) => {
    const device = await connectSubscribed(hub, { deviceId })
    faults.set({ fault: 'duplicate', operation: 'patch', times: 1 })
    const first = await device.report({ a: 1 })
    expect(await device.next()).toEqual(first)
    expect((await device.report({ a: 2 })).topic).toBe('$iothub/twin/res/204/?$rid=1&$version=3')
  })

  test('throttles REST as it throttles devices', async ({ hub, deviceId, faults }) => {
    const undo = faults.set({ fault: 'throttle', operation: 'rest' })
    const { status, headers, body } = await rest(hub, 'GET', `/twins/${deviceId}`)
    expect([status, headers.get('iothub-errorcode')]).toEqual([429, 'ThrottlingException'])
    expect(body['Message']).toMatch(/^ErrorCode:ThrottlingException;/)
    undo()
    expect((await rest(hub, 'GET', `/twins/${deviceId}`)).status).toBe(200)
  })

  test('answers REST with a status that the hub itself never uses', async ({ hub, deviceId, faults }) => {
    faults.set({ fault: 'refuse', operation: 'rest', status: 408 })
    expect((await rest(hub, 'GET', `/twins/${deviceId}`)).status).toBe(408)
  })

  test('makes a connection half-open, and breaks it when cleared', async ({ hub, deviceId, faults }) => {
    const device = await connectSubscribed(hub, { deviceId })
    const undo = faults.set({ fault: 'silence', device: deviceId })
    await device.client.publishAsync('$iothub/twin/PATCH/properties/reported/?$rid=1', '{"a":1}')
    await hub.updateTwin(deviceId, { properties: { desired: { a: 1 } } })
    expect(device.client.connected).toBe(true)
    expect(device.messages).toEqual([])
    undo()
    await device.closed()
    await connect(hub, { deviceId })
  })
})

describe('the fault kick', () => {
  test('breaks one or all connections, and returns the number', async () => {
    const hub = await start({ devices: ['other'] })
    const device = await connect(hub)
    const other = await connect(hub, { deviceId: 'other' })
    expect(hub.faults.inject({ fault: 'kick', device: 'device1' }).injected).toBe(1)
    await device.closed()
    expect(other.client.connected).toBe(true)
    expect(hub.faults.inject({ fault: 'kick' }).injected).toBe(1)
    await other.closed()
  })
})

describe('faults.send()', () => {
  test('publishes any message to a device, with or without a subscription', async ({ hub, deviceId, faults }) => {
    const device = await connect(hub, { deviceId })
    await faults.send({ deviceId }, '$iothub/nonsense', '{')
    expect(await device.next()).toEqual({ topic: '$iothub/nonsense', body: '{' })
    const failed = failureOf(device.client)
    faults.sendBytes({ deviceId }, Buffer.from([0x36, 0x00]))
    expect(await within('an error of the parser', failed)).toBeInstanceOf(Error)
  })

  test('rejects a topic that MQTT cannot carry, and keeps the connection', async ({ hub, deviceId, faults }) => {
    const device = await connectSubscribed(hub, { deviceId })
    for (const topic of ['x'.repeat(65_536), 'é'.repeat(40_000), '', 'a\0']) {
      await expect(faults.send({ deviceId }, topic, '')).rejects.toThrow(/65,535 bytes/)
    }
    expect((await device.get()).topic).toBe('$iothub/twin/res/200/?$rid=1')
  })

  test('rejects if the device is offline', async ({ deviceId, faults }) => {
    await expect(faults.send({ deviceId }, 'a', 'b')).rejects.toThrow(/not connected/)
  })
})
