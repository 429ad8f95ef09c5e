import { describe, expect, test } from 'vitest'
import { telemetry } from '../../core/src/telemetry/index.ts'
import { settle } from './fake-clock.ts'
import { peek } from './open-scripted.ts'
import { openScriptedDevice, reconnect } from './open-scripted-device.ts'
import { bodies, openReady } from './telemetry-device.ts'

describe('A full queue', () => {
  test('rejects the newest message with ERR_QUEUE_FULL by default', async () => {
    const scripted = await openScriptedDevice({ telemetry: telemetry({ maxMessages: 2 }) })
    const all = [1, 2, 3].map((n) => scripted.device.telemetry.send(n))
    await expect(all[2]).rejects.toMatchObject({ code: 'ERR_QUEUE_FULL', retriable: true })
    scripted.hub.wire.sync({})
    expect(bodies(scripted)).toEqual(['1', '2'])
    void Promise.allSettled(all)
  })

  test('rejects the oldest message that is not in flight, if the app asks for it', async () => {
    const scripted = await openReady({ maxMessages: 2, overflow: 'reject-oldest' })
    const { device, hub, clock } = scripted
    const [a, b] = [device.telemetry.send('a'), device.telemetry.send('b')]
    await settle()
    await expect(device.telemetry.send('in flight')).rejects.toMatchObject({ code: 'ERR_QUEUE_FULL' })
    hub.wire.drop()
    const c = device.telemetry.send('c')
    await expect(a).rejects.toMatchObject({ code: 'ERR_QUEUE_FULL' })
    await clock.advance(1000)
    hub.wire.sync({})
    expect(bodies(scripted)).toEqual(['b', 'c'])
    hub.wire.puback()
    hub.wire.puback()
    await Promise.all([b, c])
  })

  test('counts bytes as the hub does', async () => {
    const { device } = await openScriptedDevice({ telemetry: telemetry({ maxBytes: 262_144 }) })
    const half = 'x'.repeat(131_000)
    const kept = device.telemetry.send(half, { messageId: 'a' })
    void kept.catch(() => {})
    await settle()
    expect(device.telemetry.queued).toEqual({ messages: 1, bytes: 131_001 })
    await expect(device.telemetry.send(half + half)).rejects.toMatchObject({ code: 'ERR_QUEUE_FULL' })
  })

  test('ready() resolves at once while the largest message fits to the last byte', async () => {
    const { device } = await openScriptedDevice({ telemetry: telemetry({ maxBytes: 262_144 }) })
    await device.telemetry.ready()
  })

  test('ready() waits for room only, whatever else changes', async () => {
    const scripted = await openReady({ maxMessages: 1 })
    const sent = scripted.device.telemetry.send(1)
    await settle()
    const ready = scripted.device.telemetry.ready()
    await reconnect(scripted)
    expect(await peek(ready)).toBeUndefined()
    scripted.hub.wire.puback()
    await Promise.all([sent, ready])
  })

  test('ready() resolves when a message of any size fits', async () => {
    const { device, hub } = await openReady({ maxBytes: 300_000 })
    await device.telemetry.ready()
    const sent = device.telemetry.send('x'.repeat(40_000))
    await settle()
    const ready = device.telemetry.ready()
    expect(await peek(ready)).toBeUndefined()
    hub.wire.puback()
    await Promise.all([sent, ready])
    const app = new AbortController()
    void device.telemetry.send('x'.repeat(40_000)).catch(() => {})
    const aborted = device.telemetry.ready({ signal: app.signal })
    app.abort('stop')
    await expect(aborted).rejects.toBe('stop')
  })
})
