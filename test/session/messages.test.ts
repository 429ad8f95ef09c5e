import { describe, expect, test, vi } from 'vitest'
import { inputs, messages, type MessagesOptions, type ReceivedMessage } from '../../core/src/messages/index.ts'
import { telemetry } from '../../core/src/telemetry/index.ts'
import { settle } from './fake-clock.ts'
import { deferred, deliver, openListening, openReady, type Pubacks } from './messages-device.ts'
import { peek } from './open-scripted.ts'
import { openReadyDevice, openScriptedDevice } from './open-scripted-device.ts'

const MODULE = { hostName: 'contoso.azure-devices.net', deviceId: 'device1', moduleId: 'filter' }

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
    await expect(openScriptedDevice({ inputs: inputs() })).rejects.toThrow(
      new TypeError('inputs() is for modules; the messages of a device come from messages()'),
    )
    await expect(openScriptedDevice({ messages: messages() }, {}, MODULE)).rejects.toThrow(
      new TypeError('messages() is for devices; the messages of a module come from inputs()'),
    )
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

test('A module gets the messages to its inputs with their names', async () => {
  const { device, hub } = await openReadyDevice({ inputs: inputs() }, {}, MODULE)
  const root = 'devices/device1/modules/filter/inputs'
  expect(hub.wire.subscribed[0]).toContainEqual({ topic: `${root}/#`, qos: 1 })
  const received: unknown[] = []
  device.inputs.listen(({ input, text, properties }) => received.push([input, text, { ...properties }]))
  const acknowledge = vi.fn<() => void>()
  for (const [index, place] of ['temperature/a=b', 'humidity', 'pressure/', '/a=b'].entries())
    hub.wire.message(`${root}/${place}`, `m${index}`, acknowledge)
  await settle()
  expect(received).toEqual([
    ['temperature', 'm0', { a: 'b' }],
    ['humidity', 'm1', {}],
    ['pressure', 'm2', {}],
    ['', 'm3', { a: 'b' }],
  ])
  expect(acknowledge).toHaveBeenCalledTimes(4)
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

  test('ends an iterator at once, while other features still finish their work', async () => {
    const { device, hub } = await openReadyDevice({ messages: messages(), telemetry: telemetry() })
    const sent = device.telemetry.send(1)
    const next = device.messages.read().next()
    await settle()
    const closed = device.close()
    expect(await next).toEqual({ done: true, value: undefined })
    hub.wire.puback()
    await Promise.all([sent, closed])
  })

  test('ends an iterator that asks for its next message later', async () => {
    const scripted = await openReady()
    const pubacks: Pubacks = []
    await deliver(scripted, pubacks, { text: 'm1', packetId: 1 })
    const iterator = scripted.device.messages.read()
    await iterator.next()
    await scripted.device.close({ timeoutInMs: 0 })
    expect([await iterator.next(), pubacks]).toEqual([{ done: true, value: undefined }, []])
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
