import { describe, expect, test } from 'vitest'
import { settle } from './fake-clock.ts'
import { openReady, openScripted } from './open-scripted.ts'

const desiredTopic = (version: number): string => `$iothub/twin/PATCH/properties/desired/?$version=${version}`

describe('openTwin() connects', () => {
  test('as the device, with the token, to the hub’s own endpoint', async () => {
    const { hub } = await openScripted()
    expect(hub.wire.request).toEqual({
      url: 'wss://contoso.azure-devices.net/$iothub/websocket?iothub-no-client-cert=true',
      clientId: 'device1',
      userName: 'contoso.azure-devices.net/device1/?api-version=2021-04-12&DeviceClientType=hubtwin',
      password: 'token 1',
      keepaliveInSeconds: 180,
      isPersistent: false,
    })
  })

  test('with the percent-encoded model ID in the user name', async () => {
    const { hub } = await openScripted({ modelId: 'dtmi:com:example:Thermostat;1' })
    expect(hub.wire.request).toMatchObject({
      userName:
        'contoso.azure-devices.net/device1/?api-version=2021-04-12' +
        '&model-id=dtmi%3Acom%3Aexample%3AThermostat%3B1&DeviceClientType=hubtwin',
    })
  })

  test('subscribes to both topics in one packet and reads the twin, without waiting for the hub', async () => {
    const { hub } = await openScripted()
    expect(hub.wire.subscribed).toEqual([
      [
        { topic: '$iothub/twin/res/#', qos: 0 },
        { topic: '$iothub/twin/PATCH/properties/desired/#', qos: 0 },
      ],
    ])
    expect(hub.wire.sent).toMatchObject([{ topic: '$iothub/twin/GET/?$rid=1', payload: '', rid: '1' }])
  })

  test('without pipelining, subscribes after CONNACK and reads the twin after SUBACK', async () => {
    const { hub } = await openScripted({ pipelining: false })
    expect(hub.wire.subscribed).toEqual([])
    hub.wire.emit({ type: 'up' })
    expect(hub.wire.subscribed).toEqual([
      [
        { topic: '$iothub/twin/res/#', qos: 0 },
        { topic: '$iothub/twin/PATCH/properties/desired/#', qos: 0 },
      ],
    ])
    expect(hub.wire.sent).toEqual([])
    hub.wire.suback()
    expect(hub.wire.sent).toMatchObject([{ topic: '$iothub/twin/GET/?$rid=1', payload: '', rid: '1' }])
  })

  test('and becomes ready with both sections and their versions', async () => {
    const { twin, hub } = await openScripted()
    const ready = twin.ready()
    expect(twin.desired).toEqual({})
    expect(twin.versions).toEqual({ desired: 0, reported: 0 })
    hub.wire.sync({ desired: { a: { b: 1 }, $version: 4 }, reported: { c: false, $version: 9 } })
    expect(await ready).toEqual({
      desired: { a: { b: 1 } },
      reported: { c: false },
      versions: { desired: 4, reported: 9 },
    })
    expect(twin.desired).toEqual({ a: { b: 1 } })
    expect(twin.status).toEqual({ type: 'ready' })
    expect(Object.isFrozen(twin.desired['a'])).toBe(true)
  })

  test('again after a drop, with a new token and a new GET', async () => {
    const { twin, hub, clock } = await openReady({ desired: { a: 1, $version: 4 } })
    const values: unknown[] = []
    twin.onDesired('a', ({ value, previous, version, patch }) => values.push({ value, previous, version, patch }))
    await settle()
    hub.wire.drop()
    expect(twin.status).toMatchObject({ type: 'waiting', error: { code: 'ERR_INTERRUPTED' } })
    await clock.advance(1000)
    expect(hub.wires.length).toBe(2)
    expect(hub.wire.request.password).toBe('token 2')
    hub.wire.sync({ desired: { a: 3, b: 2, $version: 9 } })
    expect(values).toEqual([
      { value: 1, previous: undefined, version: 4, patch: 1 },
      { value: 3, previous: 1, version: 9, patch: 3 },
    ])
  })

  test('and ignores messages of an old connection', async () => {
    const { twin, hub, clock } = await openReady({ desired: { a: 1, $version: 4 } })
    const [old] = hub.wires
    hub.wire.drop()
    await clock.advance(1000)
    hub.wire.sync({ desired: { a: 1, $version: 4 } })
    old?.message(desiredTopic(5), { a: 2, $version: 5 })
    old?.drop()
    expect(twin.versions.desired).toBe(4)
    expect(twin.status).toEqual({ type: 'ready' })
  })
})

describe('openTwin() stays in step', () => {
  test('through desired patches that are held, stale, doubled and missing', async () => {
    const { twin, hub } = await openScripted()
    const versions: number[] = []
    twin.onDesired(({ version }) => versions.push(version))
    hub.wire.emit({ type: 'up' })
    hub.wire.suback()
    hub.wire.message(desiredTopic(4), { a: 4, $version: 4 })
    hub.wire.message(desiredTopic(6), { a: 6, $version: 6 })
    hub.wire.answer(200, { desired: { a: 5, $version: 5 }, reported: { $version: 1 } })
    hub.wire.message(desiredTopic(6), { a: 6, $version: 6 })
    hub.wire.message(desiredTopic(2), { a: 2, $version: 2 })
    hub.wire.message(desiredTopic(9), { a: 9, $version: 9 })
    expect(versions).toEqual([5, 6])
    hub.wire.answer(200, { desired: { a: 9, b: 1, $version: 9 }, reported: { $version: 1 } })
    expect(versions).toEqual([5, 6, 9])
    expect(twin.desired).toEqual({ a: 9, b: 1 })
  })

  test.each([
    ['bad JSON', desiredTopic(2), '{'],
    ['no version', '$iothub/twin/PATCH/properties/desired/', '{"a":1}'],
    ['two versions', desiredTopic(2), '{"a":1,"$version":3}'],
    ['an array', desiredTopic(2), '[1]'],
    ['deep nesting', desiredTopic(2), `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['2 MB', desiredTopic(2), JSON.stringify({ a: 'x'.repeat(2_000_000), $version: 2 })],
  ])('by reading the twin again after a desired patch with %s', async (_, topic, body) => {
    const { twin, hub } = await openReady()
    hub.wire.message(topic, body)
    expect(hub.wire.sent.length).toBe(2)
    hub.wire.answer(200, { desired: { a: 7, $version: 7 }, reported: { $version: 1 } })
    expect(twin.desired).toEqual({ a: 7 })
    expect(twin.status).toEqual({ type: 'ready' })
  })

  test.each([
    '$iothub/twin/res/200/?$rid=99',
    '$iothub/twin/res/200/',
    '$iothub/twin/res/?$rid=1',
    '$iothub/twin/res/200/?$rid=%',
    '$iothub/methods/POST/reboot/?$rid=1',
    'devices/device1/messages/devicebound/',
    '',
  ])('and ignores a message on "%s"', async (topic) => {
    const { twin, hub } = await openReady({ desired: { a: 1, $version: 4 } })
    hub.wire.message(topic, '{"a":')
    hub.wire.message(topic, new Uint8Array([0xff, 0xfe]))
    expect(hub.wire.sent.length).toBe(1)
    expect(twin.desired).toEqual({ a: 1 })
  })
})
