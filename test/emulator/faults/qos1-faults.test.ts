import { generate } from 'mqtt-packet'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Hub, type HubEvent, startHub } from '../../../emulator/src/index.ts'
import { connect, type Device } from '../../support/device.ts'
import { openMqtt } from '../../support/raw-socket.ts'
import { rest } from '../../support/rest.ts'

let hub: Hub
const stored: string[] = []
let count = 0

beforeAll(async () => {
  hub = await startHub()
  hub.events.listen((event: HubEvent) => {
    if (event.type === 'telemetry') stored.push(Buffer.from(event.body).toString())
  })
})
afterEach(() => {
  hub.faults.clear()
  stored.length = 0
})
afterAll(() => hub.close())

interface Sender extends Device {
  readonly deviceId: string
  readonly topic: string
}

async function sender(): Promise<Sender> {
  count += 1
  const deviceId = `sender${count}`
  await hub.createDevice(deviceId)
  const topic = `devices/${deviceId}/messages/events/`
  return { ...(await connect(hub, { deviceId })), deviceId, topic }
}

/** PUBACKs in the form of `received()`. */
function puback(messageId: number): string {
  return generate({ cmd: 'puback', messageId }).toString('latin1')
}

describe('a QoS 1 fault', () => {
  test('keeps back the PUBACK of a stored message forever, and later messages have theirs', async () => {
    const { client, deviceId, topic } = await sender()
    hub.faults.set({ fault: 'lose', operation: 'puback', device: deviceId, times: 1 })
    let isAcknowledged = false
    client.publish(topic, 'lost', { qos: 1 }, () => (isAcknowledged = true))
    await client.publishAsync(topic, 'next', { qos: 1 })
    expect(stored).toEqual(['lost', 'next'])
    expect(isAcknowledged).toBe(false)
    expect(hub.faults.list()).toMatchObject([{ fault: 'lose', operation: 'puback', injected: 1 }])
  })

  test('delays a PUBACK, and those behind it keep their order, while other packets pass', async () => {
    await hub.createDevice('raw')
    const raw = await openMqtt(hub, { deviceId: 'raw' })
    hub.faults.set({ fault: 'delay', operation: 'puback', device: 'raw', milliseconds: 1000, times: 1 })
    const publish = (messageId: number): Buffer =>
      generate({
        cmd: 'publish',
        topic: 'devices/raw/messages/events/',
        payload: String(messageId),
        qos: 1,
        messageId,
        dup: false,
        retain: false,
      })
    for (const id of [1, 2, 3]) raw.send(publish(id))
    raw.send(generate({ cmd: 'pingreq' }))
    const pingresp = generate({ cmd: 'pingresp' }).toString('latin1')
    await raw.got(pingresp)
    expect(raw.received()).not.toContain(puback(1))
    expect(stored).toEqual(['1', '2', '3'])
    await raw.got(puback(3))
    expect(raw.received().endsWith(puback(1) + puback(2) + puback(3))).toBe(true)
    raw.send(publish(4))
    await raw.got(puback(4))
  })

  test('closes the connection before it stores a message, which is lost', async () => {
    const { client, deviceId, topic, closed } = await sender()
    hub.faults.set({ fault: 'close', operation: 'before-storing', device: deviceId, times: 1 })
    client.publish(topic, 'lost', { qos: 1 })
    await closed()
    expect(stored).toEqual([])
    const { client: again } = await connect(hub, { deviceId })
    await again.publishAsync(topic, 'again', { qos: 1 })
    expect(stored).toEqual(['again'])
  })

  test('loses the messages that follow in the same chunk', async () => {
    const deviceId = 'chunk'
    await hub.createDevice(deviceId)
    const raw = await openMqtt(hub, { deviceId })
    hub.faults.set({ fault: 'close', operation: 'after-storing', device: deviceId, times: 1 })
    const topic = `devices/${deviceId}/messages/events/`
    const messages = [1, 2, 3].map((messageId) =>
      generate({
        ...{ cmd: 'publish', topic, payload: String(messageId), messageId },
        ...{ qos: 1, dup: false, retain: false },
      }),
    )
    raw.send(Buffer.concat(messages))
    await expect.poll(() => hub.connections().some((each) => each.deviceId === deviceId)).toBe(false)
    expect(stored).toEqual(['1'])
  })

  test('closes the connection after it stores a message, and a repeat is a duplicate', async () => {
    const { client, deviceId, topic, closed } = await sender()
    hub.faults.set({ fault: 'close', operation: 'after-storing', device: deviceId, times: 1 })
    let error: unknown
    client.publish(`${topic}%24.mid=1`, 'x', { qos: 1 }, (problem) => (error = problem ?? 'acknowledged'))
    await closed()
    expect(error).not.toBe('acknowledged')
    const { client: again } = await connect(hub, { deviceId })
    await again.publishAsync(`${topic}%24.mid=1`, 'x', { qos: 1 })
    expect(stored).toEqual(['x', 'x'])
  })

  test('affects only its device, and by chance only a share of the messages', async () => {
    const { client, topic } = await sender()
    hub.faults.set({ fault: 'close', operation: 'before-storing', device: 'device1' })
    const undo = hub.faults.set({ fault: 'lose', operation: 'puback', probability: 1e-12 })
    await client.publishAsync(topic, '1', { qos: 1 })
    undo()
    hub.faults.set({ fault: 'lose', operation: 'puback', probability: 1 })
    await client.publishAsync(topic, '2', { qos: 0 })
    let isAcknowledged = false
    client.publish(topic, '3', { qos: 1 }, () => (isAcknowledged = true))
    await expect.poll(() => stored).toEqual(['1', '2', '3'])
    expect(isAcknowledged).toBe(false)
  })

  test('also keeps back the PUBACK of a method answer and of a reported patch', async () => {
    const { client, deviceId, next } = await sender()
    await client.subscribeAsync('$iothub/methods/POST/#')
    hub.faults.set({ fault: 'lose', operation: 'puback', device: deviceId })
    const call = hub.invokeMethod(deviceId, { methodName: 'reboot' })
    const rid = (await next()).topic.split('$rid=')[1] ?? ''
    let acknowledged = 0
    client.publish(`$iothub/methods/res/200/?$rid=${rid}`, '', { qos: 1 }, () => (acknowledged += 1))
    client.publish('$iothub/twin/PATCH/properties/reported/?$rid=1', '{"a":1}', { qos: 1 }, () => (acknowledged += 1))
    expect(await call).toEqual({ status: 200, payload: null })
    await expect.poll(() => hub.faults.list()[0]?.injected).toBe(2)
    expect(acknowledged).toBe(0)
  })

  test('is set over HTTP, and a wrong one names the problem', async () => {
    const body = { fault: 'close', operation: 'after-storing', device: 'device1', probability: 0.5 }
    expect(await rest(hub, 'POST', '/hub/faults', { body })).toMatchObject({ status: 201, body })
    const wrong = await rest(hub, 'POST', '/hub/faults', { body: { fault: 'close', operation: 'puback' } })
    expect(wrong.status).toBe(400)
    expect(wrong.body['message']).toMatch(/^operation: expected before-storing or after-storing but received "puback"$/)
  })
})
