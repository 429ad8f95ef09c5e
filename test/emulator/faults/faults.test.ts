import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type MqttClient, connectMqtt } from '../../support/mqtt.ts'
import { later } from '../../support/cleanup.ts'
import { connect, connectOptions, connectSubscribed } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { rest } from '../../support/rest.ts'
import { within } from '../../support/waits.ts'

function failureOf(client: MqttClient): Promise<Error> {
  return new Promise((resolve) => client.once('error', resolve))
}

describe('faults.set()', () => {
  test('refuses upgrades and CONNECTs for the given number of times', async () => {
    const hub = await start()
    hub.faults.set({ fault: 'refuse', operation: 'upgrade', status: 503, times: 1 })
    const socket = new WebSocket(hub.endpoints.ws, 'mqtt')
    const [, response] = (await within('an answer', once(socket, 'unexpected-response'))) as [
      unknown,
      { statusCode: number },
    ]
    expect(response.statusCode).toBe(503)

    hub.faults.set({ fault: 'refuse', code: 3, device: 'device1', times: 1 })
    const client = connectMqtt(hub.endpoints.ws, connectOptions(hub))
    later(() => client.endAsync(true))
    expect(await within('CONNACK', failureOf(client))).toMatchObject({ code: 3 })
    await connect(hub)
  })

  test('loses the response of one kind of request, which the hub still performs', async () => {
    const hub = await start()
    const device = await connectSubscribed(hub)
    hub.faults.set({ fault: 'lose', operation: 'patch', times: 1 })
    await device.client.publishAsync('$iothub/twin/PATCH/properties/reported/?$rid=lost', '{"a":1}', { qos: 1 })
    expect((await device.get('here')).body).toContain('"a":1')
    expect(device.messages).toHaveLength(1)
  })

  test('delays a response until others have passed it', async () => {
    const device = await connectSubscribed(await startWith({ fault: 'delay', milliseconds: 50, operation: 'get' }))
    await device.client.publishAsync('$iothub/twin/GET/?$rid=slow', '')
    expect((await device.report({ a: 1 }, 'fast')).topic).toContain('$rid=fast')
    expect((await device.next()).topic).toContain('$rid=slow')
  })

  test('answers with any status and body, or throttles, and performs nothing', async () => {
    const hub = await start()
    const device = await connectSubscribed(hub)
    const undo = hub.faults.answer({ status: 500 })
    const { topic, body } = await device.report({ a: 1 })
    expect([topic, (JSON.parse(body) as { errorCode: number }).errorCode]).toEqual([
      '$iothub/twin/res/500/?$rid=1',
      500001,
    ])
    undo()
    hub.faults.answer({ status: 400, body: '', times: 1 })
    expect(await device.report({ a: 1 })).toEqual({ topic: '$iothub/twin/res/400/?$rid=1', body: '' })
    hub.faults.set({ fault: 'throttle', times: 1 })
    expect(JSON.parse((await device.report({ a: 1 })).body)).toMatchObject({ errorCode: 429001 })
    expect((await device.report({ a: 1 })).topic).toBe('$iothub/twin/res/204/?$rid=1&$version=2')
  })

  test('loses and duplicates desired patches, for one device only', async () => {
    const hub = await start({ devices: ['other'] })
    const device = await connectSubscribed(hub)
    const other = await connectSubscribed(hub, { deviceId: 'other' })
    hub.faults.set({ fault: 'lose', operation: 'notification', device: 'device1', times: 1 })
    hub.faults.set({ fault: 'duplicate', device: 'device1', times: 1 })
    for (const id of ['device1', 'device1', 'device1', 'other']) {
      await hub.updateTwin(id, { properties: { desired: { a: 1 } } })
    }
    const versions: string[] = []
    for (let at = 0; at < 3; at++) versions.push((await device.next()).topic)
    expect(versions.map((topic) => topic.split('=')[1])).toEqual(['3', '3', '4'])
    expect((await other.next()).body).toBe('{"a":1,"$version":2}')
  })

  test('sends a response twice, and performs the request once', async () => {
    const hub = await start()
    const device = await connectSubscribed(hub)
    hub.faults.set({ fault: 'duplicate', operation: 'patch', times: 1 })
    const first = await device.report({ a: 1 })
    expect(await device.next()).toEqual(first)
    expect((await device.report({ a: 2 })).topic).toBe('$iothub/twin/res/204/?$rid=1&$version=3')
  })

  test('throttles REST as it throttles devices', async () => {
    const hub = await start()
    const undo = hub.faults.set({ fault: 'throttle', operation: 'rest' })
    const { status, headers, body } = await rest(hub, 'GET', '/twins/device1')
    expect([status, headers.get('iothub-errorcode')]).toEqual([429, 'ThrottlingException'])
    expect(body['Message']).toMatch(/^ErrorCode:ThrottlingException;/)
    undo()
    expect((await rest(hub, 'GET', '/twins/device1')).status).toBe(200)
  })

  test('answers REST with a status that the hub itself never uses', async () => {
    const hub = await start()
    hub.faults.set({ fault: 'refuse', operation: 'rest', status: 408 })
    expect((await rest(hub, 'GET', '/twins/device1')).status).toBe(408)
  })

  test('makes a connection half-open, and breaks it when cleared', async () => {
    const hub = await start()
    const device = await connectSubscribed(hub)
    const undo = hub.faults.set({ fault: 'silence', device: 'device1' })
    await device.client.publishAsync('$iothub/twin/PATCH/properties/reported/?$rid=1', '{"a":1}')
    await hub.updateTwin('device1', { properties: { desired: { a: 1 } } })
    expect(device.client.connected).toBe(true)
    expect(device.messages).toEqual([])
    undo()
    await device.closed()
    await connect(hub)
  })

  async function startWith(fault: Parameters<Awaited<ReturnType<typeof start>>['faults']['set']>[0]) {
    const hub = await start()
    hub.faults.set(fault)
    return hub
  }
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
  test('publishes any message to a device, with or without a subscription', async () => {
    const hub = await start()
    const device = await connect(hub)
    await hub.faults.send({ deviceId: 'device1' }, '$iothub/nonsense', '{')
    expect(await device.next()).toEqual({ topic: '$iothub/nonsense', body: '{' })
    const failed = failureOf(device.client)
    hub.faults.sendBytes({ deviceId: 'device1' }, Buffer.from([0x36, 0x00]))
    expect(await within('an error of the parser', failed)).toBeInstanceOf(Error)
  })

  test('rejects a topic that MQTT cannot carry, and keeps the connection', async () => {
    const hub = await start()
    const device = await connectSubscribed(hub)
    for (const topic of ['x'.repeat(65_536), 'é'.repeat(40_000), '', 'a\0']) {
      await expect(hub.faults.send({ deviceId: 'device1' }, topic, '')).rejects.toThrow(/65,535 bytes/)
    }
    expect((await device.get()).topic).toBe('$iothub/twin/res/200/?$rid=1')
  })

  test('rejects if the device is offline', async () => {
    const hub = await start()
    await expect(hub.faults.send({ deviceId: 'device1' }, 'a', 'b')).rejects.toThrow(/not connected/)
  })
})
