import { describe, expect, test } from 'vitest'
import { methods, type MethodsOptions } from '../../core/src/methods/index.ts'
import { settle } from './fake-clock.ts'
import { call, deferred, openReady, responses } from './methods-device.ts'
import { reconnect } from './open-scripted-device.ts'

describe('A lost connection', () => {
  test('moves the response to the next connection, within the deadline', async () => {
    const scripted = await openReady()
    const { handler, finish } = deferred()
    scripted.device.methods.handle('test', handler)
    await call(scripted, 'test', '1')
    scripted.hub.wire.drop()
    finish('late')
    await settle()
    await scripted.clock.advance(1000)
    scripted.hub.wire.sync({})
    expect(responses(scripted)).toEqual(['200/?$rid=1 "late"'])
  })

  test('repeats a response without PUBACK, and no other', async () => {
    const scripted = await openReady()
    scripted.device.methods.handle('test', () => 1)
    await call(scripted, 'test', '1')
    await call(scripted, 'test', '2')
    scripted.hub.wire.puback()
    await settle()
    await reconnect(scripted)
    expect(responses(scripted)).toEqual(['200/?$rid=2 1'])
  })

  test('gives up a response after its deadline', async () => {
    const scripted = await openReady({ responseTimeoutInMs: 500 })
    scripted.device.methods.handle('test', () => 1)
    await call(scripted, 'test', '1')
    await reconnect(scripted)
    expect(responses(scripted)).toEqual([])
  })

  test('runs a call with a known $rid once when it has the same name and body', async () => {
    const scripted = await openReady()
    const { calls, handler, finish } = deferred()
    scripted.device.methods.handle('test', handler)
    await call(scripted, 'test', '1', '7')
    await reconnect(scripted)
    await call(scripted, 'test', '1', '7')
    finish('once')
    await settle()
    scripted.hub.wire.puback()
    await settle()
    await call(scripted, 'test', '1', '7')
    expect(calls).toHaveLength(1)
    expect(responses(scripted)).toEqual(['200/?$rid=1 "once"'])
  })

  test('frees the $rid of a call, whichever other call the hub repeats', async () => {
    const scripted = await openReady()
    const { calls, handler } = deferred()
    scripted.device.methods.handleOthers(handler)
    await call(scripted, 'a', '1')
    await call(scripted, 'b', '2')
    await reconnect(scripted)
    await call(scripted, 'a', '1')
    await call(scripted, 'c', '2')
    expect(calls.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  test('frees a $rid: another call with it runs, and the earlier gets no response', async () => {
    const scripted = await openReady()
    const { calls, handler, finish } = deferred()
    scripted.device.methods.handle('test', handler)
    await call(scripted, 'test', '1', '"first"')
    await reconnect(scripted)
    await call(scripted, 'test', '1', '"second"')
    expect(calls.map(({ payload, signal }) => [payload, signal.aborted])).toEqual([
      ['first', true],
      ['second', false],
    ])
    const error = { code: 'ERR_INTERRUPTED', message: 'Hub has used the number of the call for another call' }
    expect(calls[0]?.signal.reason).toMatchObject(error)
    finish('first')
    await settle()
    finish('second')
    await settle()
    expect(responses(scripted)).toEqual(['200/?$rid=1 "second"'])
  })

  test('frees the $rids of finished calls', async () => {
    const scripted = await openReady()
    scripted.device.methods.handle('test', () => 1)
    await call(scripted, 'test', '1')
    scripted.hub.wire.puback()
    await reconnect(scripted)
    await call(scripted, 'test', '1')
    expect(responses(scripted)).toEqual(['200/?$rid=1 1'])
  })
})

describe('The option', () => {
  test('concurrency limits the handlers that run, and calls wait in order', async () => {
    const scripted = await openReady({ concurrency: 2 })
    const { calls, handler, finish } = deferred()
    scripted.device.methods.handle('test', handler)
    for (const rid of ['1', '2', '3', '4']) await call(scripted, 'test', rid, rid)
    expect(calls.map(({ payload }) => payload)).toEqual([1, 2])
    finish(undefined)
    await settle()
    expect(calls.map(({ payload }) => payload)).toEqual([1, 2, 3])
  })

  test('responseTimeoutInMs aborts a handler and gives 504; its slot stays taken until it ends', async () => {
    const scripted = await openReady({ concurrency: 1, responseTimeoutInMs: 5000 })
    const { calls, handler, finish } = deferred()
    scripted.device.methods.handle('test', handler)
    await call(scripted, 'test', '1')
    await scripted.clock.advance(3000)
    await call(scripted, 'test', '2')
    await scripted.clock.advance(2000)
    expect(calls).toHaveLength(1)
    const error = { code: 'ERR_TIMEOUT', message: 'Method has no response after 5000 ms' }
    expect(calls[0]?.signal.reason).toMatchObject(error)
    expect(responses(scripted)).toEqual(['504/?$rid=1 '])
    finish('too late')
    await settle()
    expect(calls).toHaveLength(2)
    finish('in time')
    await settle()
    expect(responses(scripted)).toEqual(['504/?$rid=1 ', '200/?$rid=2 "in time"'])
    await scripted.clock.advance(10_000)
    expect(responses(scripted)).toHaveLength(2)
  })

  test.each([
    [{ concurrency: 0 }, RangeError],
    [{ concurrency: '1' }, TypeError],
    [{ responseTimeoutInMs: -1 }, RangeError],
  ])('%o is rejected', (options: unknown, type) => {
    expect(() => methods(options as MethodsOptions)).toThrow(type)
  })
})

describe('close()', () => {
  test('aborts the signals, lets handlers respond, and answers other calls with 503', async () => {
    const scripted = await openReady({ concurrency: 1 })
    const { calls, handler, finish } = deferred()
    scripted.device.methods.handle('test', handler)
    await call(scripted, 'test', '1')
    await call(scripted, 'test', '2')
    const closed = scripted.device.close()
    await call(scripted, 'test', '3')
    expect(calls).toHaveLength(1)
    expect(calls[0]?.signal.reason).toMatchObject({ code: 'ERR_CLOSED' })
    finish({ status: 500, payload: 'stopped' })
    await settle()
    expect(responses(scripted)).toEqual(['503/?$rid=2 ', '503/?$rid=3 ', '500/?$rid=1 "stopped"'])
    for (let n = 0; n < 3; n++) scripted.hub.wire.puback()
    await closed
  })

  test('does not wait for a back-off', async () => {
    const scripted = await openReady()
    scripted.device.methods.handle('test', () => new Promise(() => {}))
    await call(scripted, 'test', '1')
    scripted.hub.wire.drop()
    await scripted.device.close()
    expect(scripted.clock.pending).toBe(0)
  })

  test('waits no longer than its deadline for a handler', async () => {
    const scripted = await openReady()
    const { handler, finish } = deferred()
    scripted.device.methods.handle('test', handler)
    await call(scripted, 'test', '1')
    const closed = scripted.device.close({ timeoutInMs: 100 })
    await scripted.clock.advance(100)
    await closed
    finish('too late')
    await settle()
    expect(responses(scripted)).toEqual([])
    expect(scripted.clock.pending).toBe(0)
  })
})

test('A renewal of the token waits for a running handler', async () => {
  const scripted = await openReady()
  const { handler, finish } = deferred()
  scripted.device.methods.handle('test', handler)
  await scripted.clock.advance(2_699_000)
  await call(scripted, 'test', '1')
  await scripted.clock.advance(1000)
  finish(1)
  await settle()
  expect(scripted.hub.wires).toHaveLength(1)
  expect(responses(scripted)).toEqual(['200/?$rid=1 1'])
  scripted.hub.wire.puback()
  await settle()
  expect(scripted.hub.wires).toHaveLength(2)
})
