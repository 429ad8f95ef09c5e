import { describe, expect, test } from 'vitest'
import { telemetry, type TelemetryOptions } from '../../core/src/telemetry/index.ts'
import { settle } from './fake-clock.ts'
import { peek } from './open-scripted.ts'
import { openScriptedDevice, reconnect } from './open-scripted-device.ts'
import { bodies, ids, openReady } from './telemetry-device.ts'

describe('telemetry.send()', () => {
  test('sends JSON with QoS 1, a message ID, type, and encoding, and resolves on PUBACK', async () => {
    const scripted = await openReady()
    const { device, hub } = scripted
    const sent = device.telemetry.send({ temperature: 21.5 }, { properties: { alert: 'no' } })
    await settle()
    const { topic, payload, qos } = hub.wire.unacknowledged[0] ?? expect.unreachable()
    expect(topic).toMatch(
      /^devices\/device1\/messages\/events\/%24\.mid=[\w-]+&%24\.ct=application%2Fjson&%24\.ce=utf-8&alert=no$/,
    )
    expect([payload, qos]).toEqual(['{"temperature":21.5}', 1])
    expect(await peek(sent)).toBeUndefined()
    expect(device.telemetry.queued).toEqual({ messages: 1, bytes: 48 + ids(scripted).join().length })
    hub.wire.puback()
    await sent
    expect(device.telemetry.queued).toEqual({ messages: 0, bytes: 0 })
  })

  test('keeps messages without a connection, which leave in order after CONNACK', async () => {
    const scripted = await openScriptedDevice({ telemetry: telemetry() })
    const { device, hub } = scripted
    const all = [1, 2, 3].map((n) => device.telemetry.send(n))
    await settle()
    expect(bodies(scripted)).toEqual([])
    hub.wire.emit({ type: 'up' })
    expect(bodies(scripted)).toEqual(['1', '2', '3'])
    for (let n = 0; n < 3; n++) hub.wire.puback()
    await Promise.all(all)
  })

  test('resolves each message on its own PUBACK', async () => {
    const { device, hub } = await openReady()
    const [first, second] = [device.telemetry.send(1), device.telemetry.send(2)]
    await settle()
    hub.wire.puback(1)
    await second
    expect(await peek(first)).toBeUndefined()
  })

  test('messages without PUBACK leave first over the next connection, in order, with the same IDs', async () => {
    const scripted = await openReady()
    const { device, hub } = scripted
    const all = [1, 2, 3].map((n) => device.telemetry.send(n))
    await settle()
    hub.wire.puback(1)
    await all[1]
    const [lost] = hub.wires
    hub.wire.drop()
    all.push(device.telemetry.send(4))
    await scripted.clock.advance(1000)
    hub.wire.sync({})
    expect(bodies(scripted)).toEqual(['1', '3', '4'])
    const [one, , three] = ids(scripted, lost)
    expect(ids(scripted).slice(0, 2)).toEqual([one, three])
    expect(new Set(ids(scripted)).size).toBe(3)
    for (let n = 0; n < 3; n++) hub.wire.puback()
    await Promise.all(all)
  })

  test('a PUBACK that arrives together with the end of the connection counts', async () => {
    const scripted = await openReady()
    const sent = scripted.device.telemetry.send(1)
    await settle()
    scripted.hub.wire.puback()
    await reconnect(scripted)
    await sent
    expect(bodies(scripted)).toEqual([])
  })

  test('has up to 256 messages in flight', async () => {
    const scripted = await openReady()
    const all = Array.from({ length: 300 }, (_, n) => scripted.device.telemetry.send(n))
    await settle()
    expect(scripted.hub.wire.unacknowledged).toHaveLength(256)
    scripted.hub.wire.puback()
    await all[0]
    await settle()
    expect(scripted.hub.wire.unacknowledged).toHaveLength(256)
    expect(bodies(scripted).at(-1)).toBe('256')
    void Promise.allSettled(all)
  })

  test('a renewal of the token waits for PUBACK, and new messages wait for the next connection', async () => {
    const scripted = await openReady()
    const { device, hub, clock } = scripted
    await clock.advance(2_699_999)
    const first = device.telemetry.send(1)
    await clock.advance(1)
    const second = device.telemetry.send(2)
    await settle()
    expect(bodies(scripted)).toEqual(['1'])
    hub.wire.puback()
    await first
    await settle()
    expect(hub.wires).toHaveLength(2)
    hub.wire.sync({})
    expect(bodies(scripted)).toEqual(['2'])
    hub.wire.puback()
    await second
  })

  test('a hub that never sends PUBACK loses the connection after acknowledgeTimeoutInMs', async () => {
    const scripted = await openReady({ acknowledgeTimeoutInMs: 60_000 })
    const { device, hub, clock } = scripted
    const first = device.telemetry.send(1)
    await clock.advance(30_000)
    void device.telemetry.send(2).catch(() => {})
    await clock.advance(29_999)
    expect(hub.wires).toHaveLength(1)
    await clock.advance(1)
    const error = { code: 'ERR_TIMEOUT', message: 'Hub did not acknowledge a message within 60000 ms' }
    expect(device.status).toMatchObject({ type: 'waiting', error })
    await clock.advance(1000)
    hub.wire.sync({})
    expect(bodies(scripted)).toEqual(['1', '2'])
    hub.wire.puback()
    await first
  })

  test('an abort cancels a message that waits, and ends the wait for a message in flight', async () => {
    const scripted = await openReady()
    const { device, hub, clock } = scripted
    const app = new AbortController()
    const inFlight = device.telemetry.send(1, { signal: app.signal })
    await settle()
    hub.wire.drop()
    const waiting = device.telemetry.send(2, { signal: app.signal })
    const kept = device.telemetry.send(3)
    await settle()
    app.abort('stop')
    await expect(inFlight).rejects.toBe('stop')
    await expect(waiting).rejects.toBe('stop')
    await clock.advance(1000)
    hub.wire.sync({})
    expect(bodies(scripted)).toEqual(['3'])
    hub.wire.puback()
    await kept
  })

  test('an aborted message in flight does not leave again', async () => {
    const scripted = await openReady()
    const app = new AbortController()
    const sent = scripted.device.telemetry.send(1, { signal: app.signal })
    await settle()
    app.abort('stop')
    await expect(sent).rejects.toBe('stop')
    expect(scripted.device.telemetry.queued.messages).toBe(1)
    await reconnect(scripted)
    expect(bodies(scripted)).toEqual([])
    expect(scripted.device.telemetry.queued).toEqual({ messages: 0, bytes: 0 })
  })

  test('gives messages of two devices different message IDs', async () => {
    const both = [await openReady(), await openReady()]
    for (const { device } of both) void device.telemetry.send(1).catch(() => {})
    await settle()
    const [first, second] = both.map((each) => ids(each)[0])
    expect(first).not.toBe(second)
  })

  test('rejects a wrong argument, and sends nothing', async () => {
    const scripted = await openReady()
    await expect(scripted.device.telemetry.send(Number.NaN)).rejects.toThrow(TypeError)
    await expect(scripted.device.telemetry.send(1, { messageId: 'ä' })).rejects.toThrow(RangeError)
    await settle()
    expect(bodies(scripted)).toEqual([])
  })
})

test.each([
  ['maxMessages', { maxMessages: 0 }, RangeError],
  ['maxBytes', { maxBytes: 1000 }, RangeError],
  ['acknowledgeTimeoutInMs', { acknowledgeTimeoutInMs: 0.5 }, RangeError],
  ['storage', { storage: {} }, TypeError],
  ['overflow', { overflow: 'drop' }, TypeError],
])('telemetry() rejects a wrong %s', (_, options: unknown, type) => {
  expect(() => telemetry(options as TelemetryOptions)).toThrow(type)
})
