import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { PolicyName } from '../../../emulator/src/index.ts'
import type { IClientOptions, IClientPublishOptions } from '../../support/mqtt.ts'
import { later } from '../../support/cleanup.ts'
import { connect, connectSubscribed, refusalCode } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { rest } from '../../support/rest.ts'
import { keyOf, token } from '../../support/sas-token.ts'
import { within } from '../../support/waits.ts'

async function upgradeStatus(url: string, protocols: string[]): Promise<number | undefined> {
  const socket = new WebSocket(url, protocols)
  const [, response] = (await within('an answer', once(socket, 'unexpected-response'))) as [unknown, IncomingMessage]
  response.destroy()
  return response.statusCode
}

describe('startHub() and the WebSocket', () => {
  test('accepts MQTT with and without TLS on the same path, with or without a query', async () => {
    const hub = await start()
    const secure = await connectSubscribed(hub, { secure: true })
    expect((await secure.get()).topic).toBe('$iothub/twin/res/200/?$rid=1')
    const socket = new WebSocket(`${hub.endpoints.ws}?iothub-no-client-cert=true`, 'MQTT')
    later(() => socket.terminate())
    await within('the upgrade', once(socket, 'open'))
    expect(socket.protocol).toBe('MQTT')
  })

  test('answers another path, and an upgrade without the subprotocol, with 400', async () => {
    const hub = await start()
    const root = `ws://localhost:${hub.plainPort}/`
    expect(await upgradeStatus(`${root}mqtt`, ['mqtt'])).toBe(400)
    expect(await upgradeStatus(`${root}%zz`, ['mqtt'])).toBe(400)
    expect(await upgradeStatus(hub.endpoints.ws, [])).toBe(400)
    expect(await upgradeStatus(hub.endpoints.ws, ['chat'])).toBe(400)
  })

  test('accepts a device at the root, as the .NET SDK connects', async () => {
    const hub = await start()
    expect(await refusalCode(hub, {}, `ws://localhost:${hub.plainPort}/`)).toBe('accepted')
  })

  test('closes a socket that does not speak MQTT', async () => {
    const hub = await start()
    for (const bytes of [Buffer.from([0xc0, 0]), Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 1]), 'text']) {
      const socket = new WebSocket(hub.endpoints.ws, 'mqtt')
      await within('the upgrade', once(socket, 'open'))
      socket.send(bytes)
      await within('the end', once(socket, 'close'))
    }
  })
})

describe('startHub() and CONNECT', () => {
  test('answers a failed CONNECT with code 5, whatever the reason', async () => {
    const hub = await start()
    await hub.createDevice('off', { status: 'disabled' })
    const key = keyOf(hub.connectionStrings.device('device1'))
    const resource = 'localhost/devices/device1'
    const off = keyOf(hub.connectionStrings.device('off'))
    const cases: IClientOptions[] = [
      { password: token(resource, Buffer.alloc(32).toString('base64')) },
      { password: token(resource, key, { expiry: 1 }) },
      { password: token('localhost/devices/device', key) },
      { password: token('elsewhere/devices/device1', key) },
      { password: token(resource, key, { policyName: 'nobody' }) },
      { password: 'SharedAccessSignature nonsense' },
      { password: '' },
      { username: 'localhost/unknown/?api-version=2021-04-12', clientId: 'unknown' },
      { username: 'elsewhere/device1/?api-version=2021-04-12' },
      { username: 'nonsense' },
      { clientId: 'device2' },
      { clientId: 'Device1' },
      { clientId: 'off', username: 'localhost/off/', password: token('localhost/devices/off', off) },
    ]
    for (const options of cases) expect(await refusalCode(hub, options)).toBe(5)
    expect(hub.connections()).toEqual([])
  })

  test('accepts only policy tokens with the DeviceConnect right', async () => {
    const hub = await start()
    const password = (policyName: PolicyName): string =>
      token('localhost/devices', keyOf(hub.connectionStrings.service({ policyName })), { policyName })
    for (const policyName of ['service', 'registryRead', 'registryReadWrite'] as const) {
      expect(await refusalCode(hub, { password: password(policyName) })).toBe(5)
    }
    await connect(hub, { mqtt: { password: password('device') } })
    await connect(hub, { mqtt: { password: password('iothubowner') } })
    expect(hub.connections()).toMatchObject([{ deviceId: 'device1', secure: false }])
  })

  test('accepts the tokens of the .NET SDK, which encodes an ID twice, and of older C SDKs, which append an empty skn', async () => {
    const deviceId = 'n@m.et%23st'
    const hub = await start({ devices: [deviceId] })
    const key = keyOf(hub.connectionStrings.device(deviceId))
    const twice = token(`localhost/devices/${encodeURIComponent(deviceId)}`, key)
    await connect(hub, { deviceId, mqtt: { password: twice } })
    await connect(hub, { deviceId, mqtt: { password: `${twice}&skn=` } })
    expect(hub.connections()).toMatchObject([{ deviceId }])
  })

  test('ends the first connection of an identity at the second', async () => {
    const hub = await start()
    const first = await connect(hub)
    await connect(hub)
    await first.closed()
    expect(hub.connections()).toHaveLength(1)
    expect(hub.twin('device1')['connectionState']).toBe('Connected')
  })

  test('distinguishes a device and its modules', async () => {
    const hub = await start()
    await hub.createModule('device1', 'module1')
    await connect(hub)
    const module = await connectSubscribed(hub, { moduleId: 'module1' })
    await module.report({ m: 1 })
    expect(hub.connections()).toHaveLength(2)
    expect(hub.twin('device1', 'module1')).toMatchObject({ moduleId: 'module1', properties: { reported: { m: 1 } } })
    expect(hub.twin('device1')).toMatchObject({ properties: { reported: { $version: 1 } } })
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

  test('closes a connection if its device is disabled, deleted, or gets other keys', async () => {
    const hub = await start({ devices: ['a', 'b', 'c'] })
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

  test('ends a connection that is silent for one and a half times its keep-alive', async () => {
    const hub = await start()
    const device = await connect(hub, {
      mqtt: { keepalive: 1, timerVariant: { set: () => 0, clear: () => undefined } },
    })
    await device.closed()
  })
})

describe('startHub() and subscriptions', () => {
  test('grants the two filters of the twin, at most QoS 1, and refuses others with 0x80', async () => {
    const hub = await start()
    const { client } = await connect(hub)
    expect(await client.subscribeAsync('$iothub/twin/res/#', { qos: 2 })).toMatchObject([{ qos: 1 }])
    expect(await client.subscribeAsync('$iothub/twin/PATCH/properties/desired/#')).toMatchObject([{ qos: 0 }])
    for (const filter of ['$iothub/#', '$iothub/twin/+/#', '$SYS/#', '+/#', 'devices/device1/#']) {
      await expect(client.subscribeAsync(filter)).rejects.toThrow(/Unspecified error/)
    }
    expect(hub.connections()).toMatchObject([
      { subscriptions: ['$iothub/twin/res/#', '$iothub/twin/PATCH/properties/desired/#'] },
    ])
  })

  test("grants # for the client's own messages, without twins and methods", async () => {
    const hub = await start({ devices: ['device1', 'device2'] })
    const [first, second] = [await connect(hub), await connect(hub, { deviceId: 'device2' })]
    for (const { client } of [first, second]) await client.subscribeAsync('#', { qos: 1 })
    await hub.sendToDevice('device2', { body: 'for the second' })
    await hub.updateTwin('device1', { properties: { desired: { a: 1 } } })
    await second.client.publishAsync('devices/device2/messages/events/', 'telemetry', { qos: 1 })
    await first.client.publishAsync('$iothub/twin/GET/?$rid=1', '', { qos: 1 })
    await expect(hub.invokeMethod('device1', { methodName: 'reboot' })).rejects.toMatchObject({
      code: 'DeviceNotOnline',
    })
    await hub.sendToDevice('device1', { body: 'for the first' })
    expect((await first.next()).body).toBe('for the first')
    expect((await second.next()).body).toBe('for the second')
    expect([first.messages.length, second.messages.length]).toEqual([1, 1])
  })

  test('delivers a message once for overlapping filters, with the highest QoS, until the last filter is removed', async () => {
    const hub = await start()
    const { client, messages, next } = await connect(hub)
    const own = 'devices/device1/messages/devicebound/#'
    await client.subscribeAsync('#', { qos: 0 })
    await client.subscribeAsync(own, { qos: 1 })
    const qos: number[] = []
    client.on('message', (_topic, _payload, packet) => qos.push(packet.qos))
    await hub.sendToDevice('device1', { body: 'once' })
    expect((await next()).body).toBe('once')
    await client.unsubscribeAsync(own)
    await hub.sendToDevice('device1', { body: 'by the other filter' })
    expect((await next()).body).toBe('by the other filter')
    await client.unsubscribeAsync('#')
    await hub.sendToDevice('device1', { body: 'never' })
    await client.publishAsync('devices/device1/messages/events/', '', { qos: 1 })
    expect([messages.length, qos]).toEqual([2, [1, 0]])
  })

  test('grants a module the filter of everything below its name, as the C and .NET SDKs send it', async () => {
    const hub = await start()
    await hub.createModule('device1', 'm')
    const { client } = await connect(hub, { moduleId: 'm' })
    for (const filter of ['devices/device1/modules/m/#', '#']) await client.subscribeAsync(filter)
    for (const filter of ['devices/device1/modules/n/#', 'devices/device2/modules/m/#', 'devices/device1/#']) {
      await expect(client.subscribeAsync(filter)).rejects.toThrow(/Unspecified error/)
    }
    expect(hub.connections()).toMatchObject([{ subscriptions: ['devices/device1/modules/m/#', '#'] }])
  })

  test('keeps them for clean session 0, with the session present flag', async () => {
    const hub = await start()
    const first = await connectSubscribed(hub, { mqtt: { clean: false } })
    expect(first.sessionPresent).toBe(false)
    await first.client.endAsync()
    const second = await connect(hub, { mqtt: { clean: false } })
    expect(second.sessionPresent).toBe(true)
    await hub.updateTwin('device1', { properties: { desired: { a: 1 } } })
    expect((await second.next()).body).toBe('{"a":1,"$version":2}')
    expect((await second.get()).topic).toContain('res/200')
  })

  test('drops them for clean session 1, and at UNSUBSCRIBE', async () => {
    const hub = await start()
    const first = await connectSubscribed(hub, { mqtt: { clean: false } })
    await first.client.unsubscribeAsync('$iothub/twin/PATCH/properties/desired/#')
    await hub.updateTwin('device1', { properties: { desired: { a: 1 } } })
    await first.get()
    expect(first.messages).toHaveLength(1)
    const second = await connect(hub, { mqtt: { clean: true } })
    expect(second.sessionPresent).toBe(false)
    const third = await connect(hub, { mqtt: { clean: false } })
    expect(third.sessionPresent).toBe(false)
  })

  test('ends a connection that publishes to an unknown topic, with QoS 2, or a GET without a $rid', async () => {
    const hub = await start()
    const wrong: [string, IClientPublishOptions][] = [
      ['devices/device1/messages/nowhere/', {}],
      ['$iothub/twin/res/200/?$rid=1', {}],
      ['$iothub/twin/GET/', {}],
      ['$iothub/twin/GET/?$rid=1', { qos: 2 }],
    ]
    for (const [topic, options] of wrong) {
      const device = await connect(hub)
      device.client.publish(topic, '', options)
      await device.closed()
    }
  })
})
