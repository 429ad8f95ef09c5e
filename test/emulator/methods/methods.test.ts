import { generate } from 'mqtt-packet'
import { describe, expect } from 'vitest'
import type { Hub, MethodRequest } from '../../../emulator/src/index.ts'
import { type Device, type DeviceOptions, connect } from '../../support/device.ts'
import { hear } from '../../support/hub-events.ts'
import { connectionsOf, start } from '../../support/hub.ts'
import { createDevice, hubTest } from '../../support/hub-test.ts'
import { rest, type RestAnswer } from '../../support/rest.ts'
import { within } from '../../support/waits.ts'

const test = hubTest()

const FILTER = '$iothub/methods/POST/#'

async function connectWithMethods(hub: Hub, options?: DeviceOptions): Promise<Device> {
  const device = await connect(hub, options)
  await device.client.subscribeAsync(FILTER)
  return device
}

function invoke(hub: Hub, deviceId: string, call: unknown): Promise<RestAnswer> {
  return rest(hub, 'POST', `/twins/${deviceId}/methods`, { body: call })
}

/** The inner error of shape 2 (docs/protocol/protocol.md §6.3). */
function inner({ body }: RestAnswer): { errorCode: number; message: string; info: unknown } {
  expect(body['ExceptionMessage']).toBe('')
  return JSON.parse(body['Message'] as string) as ReturnType<typeof inner>
}

function ridOf(topic: string): string {
  return /\?\$rid=(.+)$/.exec(topic)?.[1] ?? ''
}

async function reply(device: Device, status: number, body: string | Buffer): Promise<string> {
  const { topic } = await device.next()
  await device.client.publishAsync(`$iothub/methods/res/${status}/?$rid=${ridOf(topic)}`, body)
  return topic
}

describe('a direct method', () => {
  test('reaches the device with a $rid, and returns its response', async ({ hub, deviceId }) => {
    const device = await connectWithMethods(hub, { deviceId })
    const asked = invoke(hub, deviceId, { methodName: 'reboot', payload: { delay: 3 } })
    const { topic, body } = await device.next()
    expect(topic).toMatch(/^\$iothub\/methods\/POST\/reboot\/\?\$rid=\w+$/)
    expect(JSON.parse(body)).toEqual({ delay: 3 })
    await device.client.publishAsync(`$iothub/methods/res/207/?$rid=${ridOf(topic)}`, '{"done":true}')
    expect(await asked).toMatchObject({ status: 200, body: { status: 207, payload: { done: true } } })
  })

  test('reaches a module, but not its device', async ({ hub, deviceId }) => {
    await hub.createModule(deviceId, 'pump')
    const device = await connectWithMethods(hub, { deviceId })
    const module = await connectWithMethods(hub, { deviceId, moduleId: 'pump' })
    const asked = invoke(hub, `${deviceId}/modules/pump`, { methodName: 'stop' })
    await reply(module, 200, '')
    expect((await asked).body).toEqual({ status: 200, payload: null })
    expect(device.messages).toEqual([])
  })

  test.for([0, 1] as const)(
    'arrives with the granted QoS %i, and a response with the same QoS counts',
    async (qos, { hub, deviceId }) => {
      const device = await connect(hub, { deviceId })
      const seen: number[] = []
      device.client.on('message', (_topic, _payload, packet) => seen.push(packet.qos))
      await device.client.subscribeAsync(FILTER, { qos })
      const asked = hub.invokeMethod(deviceId, { methodName: 'thermostat1*getMaxMinReport' })
      const { topic, body } = await device.next()
      expect([topic.split('/')[3], body]).toEqual(['thermostat1*getMaxMinReport', ''])
      await device.client.publishAsync(`$iothub/methods/res/200/?$rid=${ridOf(topic)}`, '{}', { qos })
      expect(await asked).toEqual({ status: 200, payload: {} })
      expect(seen).toEqual([qos])
    },
  )

  test.for<[fields: Partial<MethodRequest>, body: string]>([
    [{}, ''],
    [{ payload: null }, 'null'],
    [{ payload: '' }, '""'],
  ])('with the fields %j has the body %j', async ([fields, expected], { hub, deviceId }) => {
    const device = await connectWithMethods(hub, { deviceId })
    const asked = invoke(hub, deviceId, { methodName: 'reboot', ...fields })
    const { topic, body } = await device.next()
    expect(body).toBe(expected)
    await device.client.publishAsync(`$iothub/methods/res/200/?$rid=${ridOf(topic)}`, '')
    expect((await asked).body).toEqual({ status: 200, payload: null })
  })

  test('waits when 16 messages are not acknowledged, and a call that has failed is not sent', async ({
    hub,
    deviceId,
  }) => {
    const device = await connect(hub, { deviceId })
    // An error means: take the next packet, and send no PUBACK (docs/protocol/device.md §3.5).
    device.client.handleMessage = (_packet, done) => done(new Error('not acknowledged'))
    const ids: number[] = []
    device.client.on('message', (_topic, _payload, { messageId = 0 }) => ids.push(messageId))
    await device.client.subscribeAsync(FILTER, { qos: 1 })
    const calls = Array.from({ length: 16 }, (_, n) => hub.invokeMethod(deviceId, { methodName: `m${n}` }))
    for (const call of calls) call.catch(() => undefined)
    const late = hub.invokeMethod(deviceId, { methodName: 'late', responseTimeoutInSeconds: 5 })
    await expect(late).rejects.toMatchObject({ code: 'GatewayTimeout' })
    expect(device.messages).toHaveLength(16)
    expect(new Set(ids).size).toBe(16)
    void hub.invokeMethod(deviceId, { methodName: 'last' }).catch(() => undefined)
    device.client.stream.write(generate({ cmd: 'puback', messageId: ids[0] ?? 0 }))
    await expect.poll(() => device.messages.length).toBe(17)
    expect(device.messages.at(-1)?.topic).toContain('/last/')
  })

  test('and its response are events with their payloads', async ({ hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    const device = await connectWithMethods(hub, { deviceId })
    const asked = invoke(hub, deviceId, { methodName: 'reboot', payload: { delay: 3 }, responseTimeoutInSeconds: 10 })
    await reply(device, 202, '{"done":false}')
    await asked
    const sent = await heard.next('method-sent')
    expect(sent).toMatchObject({ deviceId, methodName: 'reboot', responseTimeoutInSeconds: 10 })
    expect(Buffer.from(sent.body).toString()).toBe('{"delay":3}')
    const answered = await heard.next('method-answered')
    expect(answered).toMatchObject({ rid: sent.rid, status: 202 })
    expect(Buffer.from(answered.body).toString()).toBe('{"done":false}')
  })

  test.for(['-5', '2x', '200.7'])(
    'ends the connection of a device that answers with the status %s',
    async (status, { hub, deviceId }) => {
      const { client, closed } = await connect(hub, { deviceId })
      client.publish(`$iothub/methods/res/${status}/?$rid=1`, '')
      await closed()
    },
  )

  test('matches responses with simultaneous calls', async ({ hub, deviceId }) => {
    const device = await connectWithMethods(hub, { deviceId })
    const calls = ['a', 'b'].map((methodName) => hub.invokeMethod(deviceId, { methodName }))
    const [first, second] = [await device.next(), await device.next()]
    for (const { topic } of [second, first]) {
      const name = JSON.stringify(topic.split('/')[3])
      await device.client.publishAsync(`$iothub/methods/res/200/?$rid=${ridOf(topic)}`, name)
    }
    expect(await Promise.all(calls)).toEqual([
      { status: 200, payload: 'a' },
      { status: 200, payload: 'b' },
    ])
  })

  test('fails with 404103 if the device is offline or has not subscribed', async ({ hub, deviceId }) => {
    const offline = await invoke(hub, deviceId, { methodName: 'reboot' })
    expect(offline.status).toBe(404)
    expect(offline.headers.get('iothub-errorcode')).toBe('DeviceNotOnline')
    expect(inner(offline)).toMatchObject({
      errorCode: 404103,
      message: 'Timed out waiting for device to connect.',
      info: { timeout: '00:00:00' },
    })
    await connect(hub, { deviceId })
    expect(inner(await invoke(hub, deviceId, { methodName: 'reboot', connectTimeoutInSeconds: 1 }))).toMatchObject({
      errorCode: 404103,
      info: { timeout: '00:00:01' },
    })
  })

  test('waits for the device to connect and to subscribe', async ({ hub, deviceId }) => {
    const asked = invoke(hub, deviceId, { methodName: 'reboot', connectTimeoutInSeconds: 30 })
    const device = await connectWithMethods(hub, { deviceId })
    await reply(device, 200, '1')
    expect((await asked).body).toEqual({ status: 200, payload: 1 })
  })

  test('waits for a device with a stored subscription', async ({ hub, deviceId }) => {
    const mqtt = { clean: false }
    const before = await connectWithMethods(hub, { deviceId, mqtt })
    await before.client.endAsync()
    await expect.poll(() => connectionsOf(hub, deviceId)).toEqual([])
    const asked = invoke(hub, deviceId, { methodName: 'reboot', connectTimeoutInSeconds: 30 })
    await reply(await connect(hub, { deviceId, mqtt }), 200, '1')
    expect((await asked).status).toBe(200)
  })

  test('fails with 504101 if the device does not answer on the same connection', async ({ hub, deviceId }) => {
    const device = await connectWithMethods(hub, { deviceId })
    const other = await connectWithMethods(hub, { deviceId: await createDevice(hub) })
    const asked = invoke(hub, deviceId, { methodName: 'reboot', responseTimeoutInSeconds: 5 })
    const { topic } = await device.next()
    await other.client.publishAsync(`$iothub/methods/res/200/?$rid=${ridOf(topic)}`, '1', { qos: 1 })
    const answer = await asked
    expect(answer.status).toBe(504)
    expect(inner(answer)).toMatchObject({
      errorCode: 504101,
      message: 'Timed out waiting for the response from device.',
    })
    // A late response is not a device's mistake.
    await device.client.publishAsync(`$iothub/methods/res/200/?$rid=${ridOf(topic)}`, '1', { qos: 1 })
  })

  test.for<[call: unknown]>([
    [{ payload: 1 }],
    [{ methodName: '' }],
    [{ methodName: 'a/b' }],
    [{ methodName: 'a#' }],
    [{ methodName: 'a b' }],
    [{ methodName: 'a(b)' }],
    [{ methodName: 'é' }],
    [{ methodName: 'x', responseTimeoutInSeconds: 4 }],
    [{ methodName: 'x', responseTimeoutInSeconds: 301 }],
    [{ methodName: 'x', responseTimeoutInSeconds: 5.5 }],
    [{ methodName: 'x', connectTimeoutInSeconds: -1 }],
    [{ methodName: 'x', connectTimeoutInSeconds: '3' }],
    [['x']],
  ])('is refused with 400: %j', async ([call], { hub, deviceId }) => {
    const answer = await invoke(hub, deviceId, call)
    expect(answer.status).toBe(400)
    expect(inner(answer).errorCode).toBe(400004)
  })

  test('carries 128 KB each way', async ({ hub, deviceId }) => {
    const device = await connectWithMethods(hub, { deviceId })
    const fits = 'x'.repeat(128 * 1024 - 2)
    const asked = invoke(hub, deviceId, { methodName: 'echo', payload: fits })
    const { topic, body } = await device.next()
    await device.client.publishAsync(`$iothub/methods/res/200/?$rid=${ridOf(topic)}`, body)
    expect((await asked).body['payload']).toBe(fits)

    const tooLarge = invoke(hub, deviceId, { methodName: 'echo' })
    await reply(device, 200, JSON.stringify(`${fits}x`))
    expect(await tooLarge).toMatchObject({ status: 502 })
    expect((await invoke(hub, deviceId, { methodName: 'echo', payload: `${fits}x` })).status).toBe(413)
  })

  test('fails with 502 if the response is not JSON; a status that is not a number ends the connection', async ({
    hub,
    deviceId,
  }) => {
    const device = await connectWithMethods(hub, { deviceId })
    const asked = invoke(hub, deviceId, { methodName: 'reboot' })
    await reply(device, 200, '{')
    expect(inner(await asked).errorCode).toBe(502001)
    device.client.publish('$iothub/methods/res/ok/?$rid=1', '')
    await device.closed()
  })

  test('requires the ServiceConnect right and a registered device', async ({ hub, deviceId }) => {
    expect(await rest(hub, 'POST', `/twins/${deviceId}/methods`, { authorization: 'no', body: {} })).toMatchObject({
      status: 401,
    })
    const missing = await invoke(hub, 'nobody', { methodName: 'x' })
    expect(missing).toMatchObject({ status: 404, body: { errorCode: 404001 } })
  })

  test('ends with the hub', async () => {
    const hub = await start()
    const device = await connectWithMethods(hub)
    const call: MethodRequest = { methodName: 'reboot', connectTimeoutInSeconds: 300 }
    const answers = [hub.invokeMethod('device1', call)]
    await device.next()
    await hub.createDevice('nobody')
    answers.push(hub.invokeMethod('nobody', call))
    const settled = Promise.allSettled(answers)
    await hub.close()
    expect(await within('the end of both calls', settled)).toMatchObject([
      { status: 'rejected', reason: { code: 'ServiceUnavailable' } },
      { status: 'rejected', reason: { code: 'ServiceUnavailable' } },
    ])
  })
})
