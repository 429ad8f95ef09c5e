import { describe, expect, test, vi } from 'vitest'
import { type MethodCall, methods } from '../../core/src/methods/index.ts'
import type { TwinOptions } from '../../core/src/twin/options.ts'
import { settle } from './fake-clock.ts'
import { call, deferred, openReady, responses } from './methods-device.ts'
import { openScriptedDevice } from './open-scripted-device.ts'

describe('A method handler', () => {
  test.each<[string, (call: MethodCall) => unknown, string]>([
    ['a value', ({ payload }) => ({ echo: payload }), '200/?$rid=a1 {"echo":{"x":1}}'],
    ['a status and a payload', () => ({ status: 202, payload: [1] }), '202/?$rid=a1 [1]'],
    ['a status', async () => ({ status: 0 }), '0/?$rid=a1 '],
    ['nothing', () => undefined, '200/?$rid=a1 '],
    ['null', () => null, '200/?$rid=a1 null'],
    ['a value with its own status', () => ({ status: 'on', mode: 2 }), '200/?$rid=a1 {"status":"on","mode":2}'],
    ['a status that is a payload', () => ({ status: 200, payload: { status: 'on' } }), '200/?$rid=a1 {"status":"on"}'],
    ['the largest status', () => ({ status: 2 ** 31 - 1 }), '2147483647/?$rid=a1 '],
    ['a value with more keys', () => ({ status: 1, mode: 2 }), '200/?$rid=a1 {"status":1,"mode":2}'],
  ])('responds with %s', async (_, handler, response) => {
    const scripted = await openReady()
    scripted.device.methods.handle('test', handler)
    await call(scripted, 'test', 'a1', '{"x":1}')
    expect(responses(scripted)).toEqual([response])
    expect(scripted.hub.wire.unacknowledged).toHaveLength(1)
  })

  test('gets the name, the payload, and a signal', async () => {
    const scripted = await openReady()
    const { calls, handler } = deferred()
    scripted.device.methods.handle('thermostat1*getMaxMinReport', handler)
    await call(scripted, 'thermostat1*getMaxMinReport', '1', '"2026-01-01"')
    expect(calls).toMatchObject([
      {
        name: 'thermostat1*getMaxMinReport',
        component: 'thermostat1',
        command: 'getMaxMinReport',
        payload: '2026-01-01',
      },
    ])
    expect(calls[0]?.signal.aborted).toBe(false)
  })

  test('gets undefined for an empty body, and null for null', async () => {
    const scripted = await openReady()
    const payloads: unknown[] = []
    scripted.device.methods.handle('test', ({ payload }) => void payloads.push(payload))
    await call(scripted, 'test', '1')
    await call(scripted, 'test', '2', 'null')
    expect(payloads).toEqual([undefined, null])
  })

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('secret detail')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret detail'))],
    ['returns a value that JSON cannot carry', () => 1n],
    ['returns NaN', () => ({ a: Number.NaN })],
    ['returns a negative status', () => ({ status: -5 })],
    ['returns a text as the status', () => ({ status: 'on' })],
    ['returns a fraction as the status', () => ({ status: 200.5, payload: 1 })],
    ['returns no status in a response', () => ({ status: undefined })],
    ['returns a date', () => ({ at: new Date(0) })],
    ['returns undefined in an object', () => ({ status: 200, payload: { a: undefined } })],
    ['returns more than 128 KB', () => 'x'.repeat(131_071)],
  ])('that %s gives 500 with an empty body, and an observation', async (_, handler) => {
    const observer = vi.fn<NonNullable<TwinOptions['observer']>>()
    const scripted = await openReady({}, { observer })
    scripted.device.methods.handle('test', handler)
    await call(scripted, 'test', '7')
    expect(responses(scripted)).toEqual(['500/?$rid=7 '])
    expect(observer.mock.calls.filter(([{ type }]) => type === 'methodFailed')).toMatchObject([[{ name: 'test' }]])
  })

  test('may return 128 KB', async () => {
    const scripted = await openReady()
    scripted.device.methods.handle('test', () => 'x'.repeat(131_070))
    await call(scripted, 'test', '1')
    expect(responses(scripted)[0]).toMatch(/^200/)
  })
})

describe('A call', () => {
  test.each([
    ['without a handler gets 404', 'other', '', '404'],
    ['with a body that is not JSON gets 400', 'test', '{', '400'],
    ['with more than 128 KB gets 413', 'test', `"${'x'.repeat(131_071)}"`, '413'],
  ])('%s, and no handler runs', async (_, name, body, status) => {
    const scripted = await openReady()
    const handler = vi.fn<() => void>()
    scripted.device.methods.handle('test', handler)
    await call(scripted, name, '1', body)
    expect(responses(scripted)).toEqual([`${status}/?$rid=1 `])
    expect(handler).not.toHaveBeenCalled()
  })

  test('for which there is no handler goes to handleOthers()', async () => {
    const scripted = await openReady()
    scripted.device.methods.handle('test', () => 'test')
    const remove = scripted.device.methods.handleOthers(({ name }) => `other ${name}`)
    await call(scripted, 'test', '1')
    await call(scripted, 'toString', '2')
    remove()
    await call(scripted, 'toString', '3')
    expect(responses(scripted)).toEqual(['200/?$rid=1 "test"', '200/?$rid=2 "other toString"', '404/?$rid=3 '])
  })

  test('that arrives together with CONNACK reaches its handler', async () => {
    const scripted = await openScriptedDevice({ methods: methods() })
    scripted.device.methods.handle('test', () => 1)
    scripted.hub.wire.emit({ type: 'up' })
    await call(scripted, 'test', '1')
    expect(responses(scripted)).toEqual(['200/?$rid=1 1'])
  })

  test('with the same $rid runs its handler once, before and after its response', async () => {
    const scripted = await openReady()
    const { calls, handler, finish } = deferred()
    scripted.device.methods.handle('test', handler)
    await call(scripted, 'test', '1')
    await call(scripted, 'test', '1')
    finish('done')
    await settle()
    await call(scripted, 'test', '1')
    scripted.hub.wire.puback()
    await settle()
    await call(scripted, 'test', '1')
    expect(calls).toHaveLength(1)
    expect(responses(scripted)).toEqual(['200/?$rid=1 "done"'])
  })

  test.each([
    '$iothub/methods/POST/',
    '$iothub/methods/POST/test',
    '$iothub/methods/POST/test/?$rid=',
    '$iothub/methods/POST//?$rid=1',
    '$iothub/methods/POST/a/?$rid=1/?$rid=2',
    '$iothub/methods/res/200/?$rid=1',
    'devices/device1/messages/devicebound/%',
  ])('with the topic %s is ignored', async (topic) => {
    const scripted = await openReady()
    const handler = vi.fn<() => void>()
    scripted.device.methods.handleOthers(handler)
    scripted.hub.wire.message(topic)
    await settle()
    expect(handler).not.toHaveBeenCalled()
    expect(responses(scripted)).toEqual([])
  })

  test('keeps the bytes of its $rid', async () => {
    const scripted = await openReady()
    await call(scripted, 'test', 'a%20b&x=1')
    expect(responses(scripted)).toEqual(['404/?$rid=a%20b '])
  })

  test('with QoS 1 is acknowledged', async () => {
    const scripted = await openReady()
    const acknowledge = vi.fn<() => void>()
    scripted.hub.wire.message('$iothub/methods/POST/test/?$rid=1', '', acknowledge)
    expect(acknowledge).toHaveBeenCalledOnce()
  })
})

test('A device subscribes to the calls of all methods', async () => {
  const { hub } = await openReady()
  expect(hub.wire.subscribed[0]).toContainEqual({ topic: '$iothub/methods/POST/#', qos: 0 })
})

test('handle() rejects a second handler until the first is removed, and wrong arguments', async () => {
  const { device } = await openReady()
  const remove = device.methods.handle('test', () => 1)
  expect(() => device.methods.handle('test', () => 2)).toThrow('test already has a handler; remove it first')
  remove()
  device.methods.handle('test', () => 2)
  remove()
  expect(() => device.methods.handle('test', () => 3)).toThrow(TypeError)
  const wrong: unknown = 'no function'
  for (const name of ['', 'a b', 'a/b', '#', '\ud800', 'x'.repeat(101)])
    expect(() => device.methods.handle(name, () => 1)).toThrow(/Method name ".*" cannot be called/)
  expect(() => device.methods.handleOthers(wrong as () => void)).toThrow('handler is a string, not a function')
})
