import { describe, expect, test, vi } from 'vitest'
import type { TwinOptions } from '../../core/src/twin/options.ts'
import { deferred, deliver, openListening, openReady, type Pubacks } from './messages-device.ts'

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

  test('that is removed gets no message, which waits for the next listener', async () => {
    const scripted = await openReady()
    const pubacks: Pubacks = []
    const remove = scripted.device.messages.listen(() => expect.unreachable())
    remove()
    await deliver(scripted, pubacks, { text: 'm1', packetId: 1 })
    const { texts, handler, accept } = deferred()
    const removeSecond = scripted.device.messages.listen(handler)
    remove()
    removeSecond()
    await deliver(scripted, pubacks, { text: 'm2', packetId: 2 })
    await accept()
    expect([texts(), pubacks]).toEqual([['m1'], ['1: 1']])
    scripted.device.messages.listen(handler)
    expect(texts()).toEqual(['m1', 'm2'])
  })

  test('that is removed twice leaves the next listener alone', async () => {
    const scripted = await openReady()
    const remove = scripted.device.messages.listen(() => {})
    remove()
    const { texts, handler } = deferred()
    scripted.device.messages.listen(handler)
    remove()
    await deliver(scripted, [], { text: 'm1', packetId: 1 })
    expect(texts()).toEqual(['m1'])
  })

  test.each(['before', 'after'])('that is removed %s it fails leaves the message to the next', async (when) => {
    const scripted = await openReady()
    const failing = deferred()
    const remove = scripted.device.messages.listen(failing.handler)
    await deliver(scripted, [], { text: 'm1', packetId: 1 })
    if (when === 'before') remove()
    await failing.fail()
    remove()
    await scripted.clock.advance(60_000)
    const { texts, handler } = deferred()
    scripted.device.messages.listen(handler)
    expect(texts()).toEqual(['m1 again'])
  })

  test('gets messages with QoS 0, each as a message of its own', async () => {
    const { scripted, pubacks, texts, accept } = await openListening()
    for (const text of ['m1', 'm2']) await deliver(scripted, pubacks, { text })
    await accept()
    expect([texts(), pubacks]).toEqual([['m1', 'm2'], []])
  })

  test('gets a message without a property bag', async () => {
    const { scripted, texts } = await openListening()
    scripted.hub.wire.message('devices/device1/messages/devicebound', 'm1')
    expect(texts()).toEqual(['m1'])
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
