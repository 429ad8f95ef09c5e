import { describe, expect, test, vi } from 'vitest'
import { inputs, messages, type MessagesOptions, type ReceivedMessage } from '../../core/src/messages/index.ts'
import type { TwinOptions } from '../../core/src/twin/options.ts'
import { settle } from './fake-clock.ts'
import { deferred, deliver, openListening, openReady, type Pubacks } from './messages-device.ts'
import { peek } from './open-scripted.ts'
import { openScriptedDevice } from './open-scripted-device.ts'

describe('A listener', () => {
  test('gets messages in order, and PUBACK follows each result', async () => {
    const { scripted, pubacks, texts, accept } = await openListening()
    for (const packetId of [1, 2, 3]) await deliver(scripted, pubacks, { text: `m${packetId}`, packetId })
    expect([texts(), pubacks]).toEqual([['m1'], []])
    await accept()
    expect([texts(), pubacks]).toEqual([['m1', 'm2'], ['1: 1']])
    await accept()
    await accept()
    expect([texts(), pubacks]).toEqual([
      ['m1', 'm2', 'm3'],
      ['1: 1', '1: 2', '1: 3'],
    ])
  })

  test('that throws gets the message again after growing delays, while later messages wait', async () => {
    const observer = vi.fn<NonNullable<TwinOptions['observer']>>()
    const scripted = await openReady({}, { observer })
    const pubacks: Pubacks = []
    const { texts, handler, accept, fail } = deferred()
    scripted.device.messages.listen(handler)
    await deliver(scripted, pubacks, { text: 'm1', packetId: 1, bag: '%24.mid=first' })
    await deliver(scripted, pubacks, { text: 'm2', packetId: 2 })
    await fail()
    await scripted.clock.advance(499)
    expect(texts()).toEqual(['m1'])
    await scripted.clock.advance(1)
    expect(texts()).toEqual(['m1', 'm1 again'])
    await fail()
    await scripted.clock.advance(999)
    expect(texts()).toHaveLength(2)
    await scripted.clock.advance(1)
    expect(pubacks).toEqual([])
    await accept()
    expect(texts()).toEqual(['m1', 'm1 again', 'm1 again', 'm2'])
    expect(pubacks).toEqual(['1: 1'])
    expect(observer.mock.calls.filter(([{ type }]) => type === 'messageFailed')).toMatchObject([
      [{ messageId: 'first' }],
      [{ messageId: 'first' }],
    ])
  })

  test('that returns nothing accepts a message at once', async () => {
    const scripted = await openReady()
    const pubacks: Pubacks = []
    scripted.device.messages.listen(() => {})
    await deliver(scripted, pubacks, { text: '', packetId: 1 })
    expect(pubacks).toEqual(['1: 1'])
  })

  test('gets what arrived before it, and leaves the rest when it is removed', async () => {
    const scripted = await openReady()
    const pubacks: Pubacks = []
    for (const packetId of [1, 2]) await deliver(scripted, pubacks, { text: `m${packetId}`, packetId })
    expect(pubacks).toEqual([])
    const first = deferred()
    const remove = scripted.device.messages.listen(first.handler)
    expect(first.texts()).toEqual(['m1'])
    remove()
    const second = deferred()
    scripted.device.messages.listen(second.handler)
    expect(second.texts()).toEqual([])
    await first.accept()
    expect([second.texts(), pubacks]).toEqual([['m2'], ['1: 1']])
  })

  test('is the only consumer', async () => {
    const { device } = await openReady()
    const remove = device.messages.listen(() => {})
    expect(() => device.messages.listen(() => {})).toThrow(TypeError)
    await expect(device.messages.read().next()).rejects.toThrow('listener')
    remove()
    device.messages.listen(() => {})
  })

  test('must be a function', async () => {
    const { device } = await openReady()
    const listen: (handler: never) => unknown = device.messages.listen
    expect(() => listen(undefined as never)).toThrow('handler is undefined, not a function')
  })
})

describe('An iterator', () => {
  test('accepts a message when the app asks for the next', async () => {
    const scripted = await openReady()
    const pubacks: Pubacks = []
    const iterator = scripted.device.messages[Symbol.asyncIterator]()
    const first = iterator.next()
    for (const packetId of [1, 2]) await deliver(scripted, pubacks, { text: `m${packetId}`, packetId })
    expect([(await first).value?.text, pubacks]).toEqual(['m1', []])
    expect([(await iterator.next()).value?.text, pubacks]).toEqual(['m2', ['1: 1']])
  })

  test('does not accept the message at which the loop ends', async () => {
    const scripted = await openReady()
    const pubacks: Pubacks = []
    for (const packetId of [1, 2]) await deliver(scripted, pubacks, { text: `m${packetId}`, packetId })
    const texts: string[] = []
    for await (const { text } of scripted.device.messages) {
      texts.push(text)
      if (text === 'm2') break
    }
    expect([texts, pubacks]).toEqual([['m1', 'm2'], ['1: 1']])
    const { value }: IteratorResult<ReceivedMessage> = await scripted.device.messages.read().next()
    expect([value.text, value.isRedelivered]).toEqual(['m2', true])
  })

  test('ends with the reason of its signal, and frees the place of the consumer', async () => {
    const { device } = await openReady()
    const controller = new AbortController()
    const next = device.messages.read({ signal: controller.signal }).next()
    controller.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
    await expect(device.messages.read({ signal: controller.signal }).next()).rejects.toThrow('enough')
    device.messages.listen(() => {})
  })

  test('ends when the device closes', async () => {
    const { device } = await openReady()
    const next = device.messages.read().next()
    await device.close()
    expect(await next).toEqual({ done: true, value: undefined })
  })
})

describe('A device', () => {
  test('asks for a clean session, or for a persistent session with the option', async () => {
    const clean = await openReady()
    expect(clean.hub.wire.request.isPersistent).toBe(false)
    expect(clean.hub.wire.unsubscribed).toEqual([])
    expect(clean.hub.wire.subscribed[0]).toContainEqual({ topic: 'devices/device1/messages/devicebound/#', qos: 1 })
    const kept = await openReady({ persistentSession: true })
    expect(kept.hub.wire.request.isPersistent).toBe(true)
    // An earlier program may have left it.
    expect(kept.hub.wire.unsubscribed).toEqual([['$iothub/methods/POST/#']])
  })

  test('delivers a message that arrives before CONNACK is handled', async () => {
    const scripted = await openScriptedDevice({ messages: messages({ persistentSession: true }) })
    const pubacks: Pubacks = []
    const { texts, handler, accept } = deferred()
    scripted.device.messages.listen(handler)
    await deliver(scripted, pubacks, { text: 'early', packetId: 1, isDuplicate: true })
    expect(texts()).toEqual([])
    scripted.hub.wire.sync({})
    await settle()
    expect(texts()).toEqual(['early again'])
    await accept()
    expect(pubacks).toEqual(['1: 1'])
  })

  test('sends no PUBACK for a message that no feature takes', async () => {
    const scripted = await openReady()
    const { texts, handler } = deferred()
    scripted.device.messages.listen(handler)
    const acknowledge = vi.fn<() => void>()
    for (const topic of [
      '$iothub/methods/POST/a/?$rid=1',
      'devices/device2/messages/devicebound/',
      'devices/device1',
    ]) {
      scripted.hub.wire.message(topic, 'x', acknowledge)
    }
    await settle()
    expect(texts()).toEqual([])
    expect(acknowledge).not.toHaveBeenCalled()
  })

  test('is no module, and a module is no device', async () => {
    await expect(openScriptedDevice({ inputs: inputs() })).rejects.toThrow('inputs() is for modules')
  })

  test.each([
    [{ persistentSession: 1 }, TypeError],
    [{ retryDelayInMs: 0 }, RangeError],
    [{ maxRetryDelayInMs: '5' }, TypeError],
  ])('rejects the option %o', (options: unknown, type) => {
    expect(() => messages(options as MessagesOptions)).toThrow(type)
    expect(() => inputs(options as MessagesOptions)).toThrow(type)
  })
})

describe('close()', () => {
  test('waits for the running handler and its PUBACK, and delivers nothing else', async () => {
    const { scripted, pubacks, texts, accept } = await openListening()
    for (const packetId of [1, 2]) await deliver(scripted, pubacks, { text: `m${packetId}`, packetId })
    const closed = scripted.device.close()
    expect(await peek(closed)).toBeUndefined()
    await accept()
    await closed
    expect([texts(), pubacks]).toEqual([['m1'], ['1: 1']])
    expect(scripted.clock.pending).toBe(0)
  })

  test('lets an iterator ask for its next message, and ends it', async () => {
    const scripted = await openReady()
    const pubacks: Pubacks = []
    await deliver(scripted, pubacks, { text: 'm1', packetId: 1 })
    const iterator = scripted.device.messages.read()
    await iterator.next()
    const closed = scripted.device.close()
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    await closed
    expect(pubacks).toEqual(['1: 1'])
  })

  test('waits no longer than its deadline, and ends a pause', async () => {
    const { scripted, pubacks, fail, accept } = await openListening()
    await deliver(scripted, pubacks, { text: 'm1', packetId: 1 })
    await fail()
    await scripted.clock.advance(500)
    const closed = scripted.device.close({ timeoutInMs: 100 })
    await scripted.clock.advance(100)
    await closed
    await accept()
    expect(scripted.clock.pending).toBe(0)
    const paused = await openReady()
    const failing = deferred()
    paused.device.messages.listen(failing.handler)
    await deliver(paused, pubacks, { text: 'm1', packetId: 1 })
    await failing.fail()
    await paused.device.close()
    expect([paused.clock.pending, pubacks]).toEqual([0, []])
  })
})
