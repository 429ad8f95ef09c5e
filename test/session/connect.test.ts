import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { TwinStatus } from '../../core/src/protocol/machine-states.ts'
import { settle } from './fake-clock.ts'
import { openReady, openScripted, peek } from './open-scripted.ts'

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
    })
  })

  test('subscribes both topics in one packet and reads the twin only then', async () => {
    const { hub } = await openScripted()
    hub.wire.tell({ type: 'up' })
    expect(hub.wire.subscribed).toEqual([['$iothub/twin/res/#', '$iothub/twin/PATCH/properties/desired/#']])
    expect(hub.wire.sent).toEqual([])
    hub.wire.tell({ type: 'subscribed' })
    expect(hub.wire.sent).toEqual([{ topic: '$iothub/twin/GET/?$rid=1', payload: '', rid: '1' }])
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

  test('again after a drop, with a token of its own and a fresh read', async () => {
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

  test('and ignores what an old connection still says', async () => {
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
  test('through notifications that are held, stale, doubled and missing', async () => {
    const { twin, hub } = await openScripted()
    const versions: number[] = []
    twin.onDesired(({ version }) => versions.push(version))
    hub.wire.tell({ type: 'up' })
    hub.wire.tell({ type: 'subscribed' })
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
  ])('by reading anew after a notification with %s', async (_, topic, body) => {
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
  ])('and does not mind a message on "%s"', async (topic) => {
    const { twin, hub } = await openReady({ desired: { a: 1, $version: 4 } })
    hub.wire.message(topic, '{"a":')
    hub.wire.message(topic, new Uint8Array([0xff, 0xfe]))
    expect(hub.wire.sent.length).toBe(1)
    expect(twin.desired).toEqual({ a: 1 })
  })
})

describe('ready()', () => {
  test('is told ERR_UNAUTHORIZED when a fresh token is refused, and can be called again', async () => {
    const { twin, hub, clock, asked } = await openScripted()
    const first = twin.ready()
    hub.wire.tell({ type: 'refused', code: 5 })
    expect(await peek(first)).toBeUndefined()
    expect(asked.invalidated).toBe(1)
    await clock.advance(1000)
    hub.wire.tell({ type: 'refused', code: 5 })
    await expect(first).rejects.toMatchObject({ code: 'ERR_UNAUTHORIZED' })
    const second = twin.ready()
    expect(await peek(second)).toBeUndefined()
    await clock.advance(2000)
    hub.wire.sync({})
    await expect(second).resolves.toMatchObject({ versions: { desired: 1 } })
  })

  test('waits for a hub that can’t be reached', async () => {
    const { twin, hub, clock } = await openScripted()
    const ready = twin.ready()
    for (let attempt = 0; attempt < 20; attempt++) {
      hub.wire.tell({ type: 'down', error: new TwinError('ERR_UNREACHABLE', 'no') })
      await clock.advance(twin.status.type === 'waiting' ? twin.status.retryInMs : 0)
    }
    expect(hub.wires.length).toBe(21)
    expect(await peek(ready)).toBeUndefined()
    hub.wire.sync({})
    await expect(ready).resolves.toBeDefined()
  })

  test('ends with the signal’s own reason, and with ERR_CLOSED', async () => {
    const { twin } = await openScripted()
    const reason = new Error('no longer wanted')
    await expect(twin.ready({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const control = new AbortController()
    const aborted = twin.ready({ signal: control.signal })
    const closed = twin.ready()
    control.abort(reason)
    await expect(aborted).rejects.toBe(reason)
    const told = expect(closed).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    await twin.close()
    await told
    await expect(twin.ready()).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  })
})

describe('refresh()', () => {
  test('gives a document that was read after the call', async () => {
    const { twin, hub } = await openReady()
    const first = twin.refresh()
    const second = twin.refresh()
    hub.wire.answer(200, { desired: { a: 1, $version: 2 }, reported: { $version: 1 } })
    await expect(first).resolves.toMatchObject({ desired: { a: 1 } })
    expect(await peek(second)).toBeUndefined()
    hub.wire.answer(200, { desired: { a: 2, $version: 3 }, reported: { $version: 1 } })
    await expect(second).resolves.toMatchObject({ desired: { a: 2 } })
  })

  test('waits for the next connection', async () => {
    const { twin, hub, clock } = await openReady()
    hub.wire.drop()
    const refresh = twin.refresh()
    await clock.advance(1000)
    hub.wire.sync({ desired: { a: 5, $version: 5 } })
    await expect(refresh).resolves.toMatchObject({ desired: { a: 5 } })
  })

  test.each([
    [429, '', 'ERR_THROTTLED'],
    [500, '{"errorCode":500001,"message":"no"}', 'ERR_HUB'],
    [200, 'nonsense', 'ERR_PROTOCOL'],
    [200, '{"desired":{}}', 'ERR_PROTOCOL'],
    [777, '', 'ERR_PROTOCOL'],
  ])('is told what an answer %i with "%s" means', async (status, body, code) => {
    const { twin, hub } = await openReady()
    const refresh = twin.refresh()
    hub.wire.answer(status, body)
    await expect(refresh).rejects.toMatchObject({ code })
  })

  test('has a deadline, signal or not, and connects anew then', async () => {
    const { twin, hub, clock } = await openReady()
    const refresh = twin.refresh()
    const told = expect(refresh).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
    await clock.advance(30_000)
    await told
    expect(hub.wires[0]?.closed).toBe(true)
  })

  test('keeps a report that was acknowledged after the hub read the document', async () => {
    const { twin, hub } = await openReady()
    const refresh = twin.refresh()
    const report = twin.report({ a: 1 })
    await settle()
    const [, get] = hub.wire.sent
    hub.wire.answer(204, '', 2)
    await report
    hub.wire.message(`$iothub/twin/res/200/?$rid=${get?.rid}`, { desired: { $version: 1 }, reported: { $version: 1 } })
    await refresh
    expect(twin.reported).toEqual({ a: 1 })
    expect(twin.versions.reported).toBe(2)
  })
})

describe('close()', () => {
  test('settles every wait, stops every timer and says so last', async () => {
    const { twin, hub, clock } = await openReady()
    const statuses: TwinStatus[] = []
    twin.onStatus((status) => statuses.push(status))
    const waits = [twin.refresh(), twin.report({ a: 1 }), twin.report({ b: 1 })]
    await settle()
    const told = waits.map((wait) => expect(wait).rejects.toMatchObject({ code: 'ERR_CLOSED', retriable: false }))
    await twin.close()
    await twin.close()
    await Promise.all(told)
    expect(hub.wire.closed).toBe(true)
    expect(clock.pending).toBe(0)
    expect(statuses).toEqual([{ type: 'ready' }, { type: 'closed' }])
    await expect(twin.report({ a: 1 })).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    await expect(twin.refresh()).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  })

  test.each(['authorizing', 'opening', 'syncing', 'waiting'])('works while %s', async (state) => {
    const never = new Promise<never>(() => {})
    const { twin, hub, clock } = await openScripted({}, state === 'authorizing' ? () => never : undefined)
    if (state === 'syncing') hub.wire.tell({ type: 'up' })
    if (state === 'waiting') hub.wire.drop()
    await twin.close()
    await clock.advance(100_000)
    expect(twin.status).toEqual({ type: 'closed' })
    expect(clock.pending).toBe(0)
    expect(hub.wires.length).toBe(state === 'authorizing' ? 0 : 1)
  })

  test('works from a listener', async () => {
    const { twin, hub } = await openScripted()
    twin.onDesired(() => void twin.close())
    hub.wire.sync({})
    expect(twin.status).toEqual({ type: 'closed' })
  })

  test('follows the signal of the options', async () => {
    const control = new AbortController()
    const { twin, hub } = await openReady({}, { signal: control.signal })
    control.abort()
    expect(twin.status).toEqual({ type: 'closed' })
    expect(hub.wire.closed).toBe(true)
    const late = await openScripted({ signal: AbortSignal.abort() })
    expect(late.twin.status).toEqual({ type: 'closed' })
    expect(late.asked.tokens).toBe(0)
  })
})

describe('openTwin() asks for tokens', () => {
  test('and tells a source that fails as ERR_TOKEN, without what it said', async () => {
    const { twin } = await openScripted({}, () => Promise.reject(new Error('key c2VjcmV0 is bad')))
    expect(twin.status).toMatchObject({ type: 'waiting', error: { code: 'ERR_TOKEN' } })
    expect(JSON.stringify(twin.status) + String((twin.status as { error?: Error }).error)).not.toContain('c2VjcmV0')
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 7],
    ['no password', { expiresAt: 1 }],
    ['an empty password', { password: '', expiresAt: 1 }],
    ['no expiry', { password: 'x' }],
    ['an expiry that is no number', { password: 'x', expiresAt: Number.NaN }],
  ])('and takes %s for a failure of the source', async (_, token) => {
    const { twin, hub } = await openScripted({}, () => Promise.resolve(token as never))
    expect(twin.status).toMatchObject({ type: 'waiting', error: { code: 'ERR_TOKEN' } })
    expect(hub.wires).toEqual([])
  })

  test('and gives up a source that never answers, telling it by its signal', async () => {
    let signal: AbortSignal | undefined
    const { twin, clock } = await openScripted({}, (given) => {
      signal = given
      return new Promise(() => {})
    })
    await clock.advance(20_000)
    expect(twin.status).toMatchObject({ type: 'waiting', error: { code: 'ERR_TOKEN' } })
    expect(signal?.aborted).toBe(true)
  })

  test('and ends for good when the source says that it can’t succeed', async () => {
    const revoked = new TwinError('ERR_TOKEN', 'Device was revoked', { retriable: false })
    const { twin } = await openScripted({}, () => Promise.reject(revoked))
    expect(twin.status).toEqual({ type: 'closed', error: revoked })
    await expect(twin.ready()).rejects.toMatchObject({ code: 'ERR_CLOSED', cause: revoked })
  })

  test('again before the old one expires, and loses nothing by the change', async () => {
    const { twin, hub, clock, asked } = await openReady({ desired: { a: 1, $version: 1 } })
    const changes: unknown[] = []
    twin.onDesired('a', ({ value }) => changes.push(value))
    await clock.advance(45 * 60_000 - 1)
    const report = twin.report({ b: 1 })
    await clock.advance(2)
    expect(asked.tokens).toBe(2)
    const [old] = hub.wires
    expect(old?.closed).toBe(true)
    hub.wire.sync({ desired: { a: 2, $version: 2 } })
    await settle()
    expect(changes).toEqual([1, 2])
    expect(hub.wire.sent.at(-1)?.payload).toBe('{"b":1}')
    hub.wire.answer(204, '', 2)
    await expect(report).resolves.toBe(2)
  })
})
