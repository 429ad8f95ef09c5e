import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { describe, expect } from 'vitest'
import { WebSocket } from 'ws'
import type { PolicyName } from '../../../emulator/src/index.ts'
import type { IClientOptions, IClientPublishOptions } from '../../support/mqtt.ts'
import { later } from '../../support/cleanup.ts'
import { connect, connectSubscribed, refusalCode, telemetryTopic } from '../../support/device.ts'
import { connectionsOf, start } from '../../support/hub.ts'
import { createDevice, hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'
import { keyOf, token } from '../../support/sas-token.ts'
import { within } from '../../support/waits.ts'

const test = hubTest()

async function upgradeStatus(url: string, protocols: string[]): Promise<number | undefined> {
  const socket = new WebSocket(url, protocols)
  const [, response] = (await within('an answer', once(socket, 'unexpected-response'))) as [unknown, IncomingMessage]
  response.destroy()
  return response.statusCode
}

describe('startHub() and the WebSocket', () => {
  test('accepts MQTT with and without TLS on the same path, with or without a query', async ({ hub, deviceId }) => {
    const secure = await connectSubscribed(hub, { deviceId, secure: true })
    expect((await secure.get()).topic).toBe('$iothub/twin/res/200/?$rid=1')
    const socket = new WebSocket(`${hub.endpoints.ws}?iothub-no-client-cert=true`, 'MQTT')
    later(() => socket.terminate())
    await within('the upgrade', once(socket, 'open'))
    expect(socket.protocol).toBe('MQTT')
  })

  test('answers another path, and an upgrade without the subprotocol, with 400', async ({ hub }) => {
    const root = `ws://localhost:${hub.plainPort}/`
    expect(await upgradeStatus(`${root}mqtt`, ['mqtt'])).toBe(400)
    expect(await upgradeStatus(`${root}%zz`, ['mqtt'])).toBe(400)
    expect(await upgradeStatus(hub.endpoints.ws, [])).toBe(400)
    expect(await upgradeStatus(hub.endpoints.ws, ['chat'])).toBe(400)
  })

  test('accepts a device at the root, as the .NET SDK connects', async ({ hub, deviceId }) => {
    expect(await refusalCode(hub, { deviceId }, `ws://localhost:${hub.plainPort}/`)).toBe('accepted')
  })

  test('closes a socket that does not speak MQTT', async ({ hub }) => {
    for (const bytes of [Buffer.from([0xc0, 0]), Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 1]), 'text']) {
      const socket = new WebSocket(hub.endpoints.ws, 'mqtt')
      await within('the upgrade', once(socket, 'open'))
      socket.send(bytes)
      await within('the end', once(socket, 'close'))
    }
  })
})

describe('startHub() and CONNECT', () => {
  test('answers a failed CONNECT with code 5, whatever the reason', async ({ hub, deviceId }) => {
    await hub.createDevice('off', { status: 'disabled' })
    const key = keyOf(hub.connectionStrings.device(deviceId))
    const resource = `localhost/devices/${deviceId}`
    const off = keyOf(hub.connectionStrings.device('off'))
    const cases: IClientOptions[] = [
      { password: token(resource, Buffer.alloc(32).toString('base64')) },
      { password: token(resource, key, { expiry: 1 }) },
      { password: token('localhost/devices/device', key) },
      { password: token(`elsewhere/devices/${deviceId}`, key) },
      { password: token(resource, key, { policyName: 'nobody' }) },
      { password: 'SharedAccessSignature nonsense' },
      { password: '' },
      { username: 'localhost/unknown/?api-version=2021-04-12', clientId: 'unknown' },
      { username: `elsewhere/${deviceId}/?api-version=2021-04-12` },
      { username: 'nonsense' },
      { clientId: 'device2' },
      { clientId: deviceId.toUpperCase() },
      { clientId: 'off', username: 'localhost/off/', password: token('localhost/devices/off', off) },
    ]
    for (const options of cases) expect(await refusalCode(hub, { deviceId, mqtt: options })).toBe(5)
    expect(connectionsOf(hub, deviceId)).toEqual([])
  })

  test('accepts only policy tokens with the DeviceConnect right', async ({ hub, deviceId }) => {
    const password = (policyName: PolicyName): string =>
      token('localhost/devices', keyOf(hub.connectionStrings.service({ policyName })), { policyName })
    for (const policyName of ['service', 'registryRead', 'registryReadWrite'] as const) {
      expect(await refusalCode(hub, { deviceId, mqtt: { password: password(policyName) } })).toBe(5)
    }
    await connect(hub, { deviceId, mqtt: { password: password('device') } })
    await connect(hub, { deviceId, mqtt: { password: password('iothubowner') } })
    expect(connectionsOf(hub, deviceId)).toMatchObject([{ deviceId, secure: false }])
  })

  test('accepts the tokens of the .NET SDK, which encodes an ID twice, and of older C SDKs, which append an empty skn', async ({
    hub,
  }) => {
    const deviceId = 'n@m.et%23st'
    await hub.createDevice(deviceId)
    const key = keyOf(hub.connectionStrings.device(deviceId))
    const twice = token(`localhost/devices/${encodeURIComponent(deviceId)}`, key)
    await connect(hub, { deviceId, mqtt: { password: twice } })
    await connect(hub, { deviceId, mqtt: { password: `${twice}&skn=` } })
    expect(connectionsOf(hub, deviceId)).toMatchObject([{ deviceId }])
  })

  test('ends the first connection of an identity at the second', async ({ hub, deviceId }) => {
    const first = await connect(hub, { deviceId })
    await connect(hub, { deviceId })
    await first.closed()
    expect(connectionsOf(hub, deviceId)).toHaveLength(1)
    expect(hub.twin(deviceId)['connectionState']).toBe('Connected')
  })

  test('distinguishes a device and its modules', async ({ hub, deviceId }) => {
    await hub.createModule(deviceId, 'module1')
    await connect(hub, { deviceId })
    const module = await connectSubscribed(hub, { deviceId, moduleId: 'module1' })
    await module.report({ m: 1 })
    expect(connectionsOf(hub, deviceId)).toHaveLength(2)
    expect(hub.twin(deviceId, 'module1')).toMatchObject({ moduleId: 'module1', properties: { reported: { m: 1 } } })
    expect(hub.twin(deviceId)).toMatchObject({ properties: { reported: { $version: 1 } } })
  })

  test('closes a connection when its token and the grace period are over', async () => {
    let now = Date.now()
    const hub = await start({ clock: () => now, expiryGraceInSeconds: 60 })
    const expiry = Math.floor(now / 1000) + 100
    const key = keyOf(hub.connectionStrings.device('device1'))
    const device = await connect(hub, { mqtt: { password: token('localhost/devices/device1', key, { expiry }) } })
    now = (expiry + 61) * 1000
    await device.closed()
  })

  test('closes a connection if its device is disabled, deleted, or gets other keys', async ({ hub }) => {
    for (const deviceId of ['a', 'b', 'c']) await hub.createDevice(deviceId)
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((deviceId) => connect(hub, { deviceId })))
    const headers = { 'if-match': '*' }
    await rest(hub, 'PUT', '/devices/a', { headers, body: { deviceId: 'a', status: 'disabled' } })
    await a?.closed()
    await rest(hub, 'DELETE', '/devices/b', { headers })
    await b?.closed()
    const symmetricKey = { primaryKey: Buffer.alloc(32, 7).toString('base64') }
    await rest(hub, 'PUT', '/devices/c', { headers, body: { authentication: { type: 'sas', symmetricKey } } })
    await c?.closed()
  })

  test('ends a connection that is silent for one and a half times its keep-alive', async ({ hub, deviceId }) => {
    const device = await connect(hub, {
      deviceId,
      mqtt: { keepalive: 1, timerVariant: { set: () => 0, clear: () => undefined } },
    })
    await device.closed()
  })
})

describe('startHub() and subscriptions', () => {
  test('grants the two filters of the twin, at most QoS 1, and refuses others with 0x80', async ({ hub, deviceId }) => {
    const { client } = await connect(hub, { deviceId })
    expect(await client.subscribeAsync('$iothub/twin/res/#', { qos: 2 })).toMatchObject([{ qos: 1 }])
    expect(await client.subscribeAsync('$iothub/twin/PATCH/properties/desired/#')).toMatchObject([{ qos: 0 }])
    for (const filter of ['$iothub/#', '$iothub/twin/+/#', '$SYS/#', '+/#', `devices/${deviceId}/#`]) {
      await expect(client.subscribeAsync(filter)).rejects.toThrow(/Unspecified error/)
    }
    expect(connectionsOf(hub, deviceId)).toMatchObject([
      { subscriptions: ['$iothub/twin/res/#', '$iothub/twin/PATCH/properties/desired/#'] },
    ])
  })

  test("grants # for the client's own messages, without twins and methods", async ({ hub, deviceId }) => {
    const otherId = await createDevice(hub)
    const [first, second] = [await connect(hub, { deviceId }), await connect(hub, { deviceId: otherId })]
    for (const { client } of [first, second]) await client.subscribeAsync('#', { qos: 1 })
    await hub.sendToDevice(otherId, { body: 'for the second' })
    await hub.updateTwin(deviceId, { properties: { desired: { a: 1 } } })
    await second.client.publishAsync(telemetryTopic(otherId), 'telemetry', { qos: 1 })
    await first.client.publishAsync('$iothub/twin/GET/?$rid=1', '', { qos: 1 })
    await expect(hub.invokeMethod(deviceId, { methodName: 'reboot' })).rejects.toMatchObject({
      code: 'DeviceNotOnline',
    })
    await hub.sendToDevice(deviceId, { body: 'for the first' })
    expect((await first.next()).body).toBe('for the first')
    expect((await second.next()).body).toBe('for the second')
    expect([first.messages.length, second.messages.length]).toEqual([1, 1])
  })

  test('delivers a message once for overlapping filters, with the highest QoS, until the last filter is removed', async ({
    hub,
    deviceId,
  }) => {
    const { client, messages, next } = await connect(hub, { deviceId })
    const own = `devices/${deviceId}/messages/devicebound/#`
    await client.subscribeAsync('#', { qos: 0 })
    await client.subscribeAsync(own, { qos: 1 })
    const qos: number[] = []
    client.on('message', (_topic, _payload, packet) => qos.push(packet.qos))
    await hub.sendToDevice(deviceId, { body: 'once' })
    expect((await next()).body).toBe('once')
    await client.unsubscribeAsync(own)
    await hub.sendToDevice(deviceId, { body: 'by the other filter' })
    expect((await next()).body).toBe('by the other filter')
    await client.unsubscribeAsync('#')
    await hub.sendToDevice(deviceId, { body: 'never' })
    await client.publishAsync(telemetryTopic(deviceId), '', { qos: 1 })
    expect([messages.length, qos]).toEqual([2, [1, 0]])
  })

  test('grants a module the filter of everything below its name, as the C and .NET SDKs send it', async ({
    hub,
    deviceId,
  }) => {
    await hub.createModule(deviceId, 'm')
    const { client } = await connect(hub, { deviceId, moduleId: 'm' })
    for (const filter of [`devices/${deviceId}/modules/m/#`, '#']) await client.subscribeAsync(filter)
    for (const filter of [`devices/${deviceId}/modules/n/#`, 'devices/device2/modules/m/#', `devices/${deviceId}/#`]) {
      await expect(client.subscribeAsync(filter)).rejects.toThrow(/Unspecified error/)
    }
    expect(connectionsOf(hub, deviceId)).toMatchObject([{ subscriptions: [`devices/${deviceId}/modules/m/#`, '#'] }])
  })

  test('keeps them for clean session 0, with the session present flag', async ({ hub, deviceId }) => {
    const first = await connectSubscribed(hub, { deviceId, mqtt: { clean: false } })
    expect(first.sessionPresent).toBe(false)
    await first.client.endAsync()
    const second = await connect(hub, { deviceId, mqtt: { clean: false } })
    expect(second.sessionPresent).toBe(true)
    await hub.updateTwin(deviceId, { properties: { desired: { a: 1 } } })
    expect((await second.next()).body).toBe('{"a":1,"$version":2}')
    expect((await second.get()).topic).toContain('res/200')
  })

  test('drops them for clean session 1, and at UNSUBSCRIBE', async ({ hub, deviceId }) => {
    const first = await connectSubscribed(hub, { deviceId, mqtt: { clean: false } })
    await first.client.unsubscribeAsync('$iothub/twin/PATCH/properties/desired/#')
    await hub.updateTwin(deviceId, { properties: { desired: { a: 1 } } })
    await first.get()
    expect(first.messages).toHaveLength(1)
    const second = await connect(hub, { deviceId, mqtt: { clean: true } })
    expect(second.sessionPresent).toBe(false)
    const third = await connect(hub, { deviceId, mqtt: { clean: false } })
    expect(third.sessionPresent).toBe(false)
  })

  test('ends a connection that publishes to an unknown topic, with QoS 2, or a GET without a $rid', async ({
    hub,
    deviceId,
  }) => {
    const wrong: [string, IClientPublishOptions][] = [
      [`devices/${deviceId}/messages/nowhere/`, {}],
      ['$iothub/twin/res/200/?$rid=1', {}],
      ['$iothub/twin/GET/', {}],
      ['$iothub/twin/GET/?$rid=1', { qos: 2 }],
    ]
    for (const [topic, options] of wrong) {
      const device = await connect(hub, { deviceId })
      device.client.publish(topic, '', options)
      await device.closed()
    }
  })
})
