import { describe, expect, test, vi } from 'vitest'
import type { TwinStorage } from '../../core/src/session/storage.ts'
import { telemetry } from '../../core/src/telemetry/index.ts'
import type { TwinOptions } from '../../core/src/twin/options.ts'
import { settle } from './fake-clock.ts'
import { peek } from './open-scripted.ts'
import { openScriptedDevice } from './open-scripted-device.ts'
import { bodies, ids, openReady } from './telemetry-device.ts'

function memory(initial: Readonly<Record<string, string>> = {}): TwinStorage & { texts: Map<string, string> } {
  const texts = new Map(Object.entries(initial))
  return {
    texts,
    get: (key) => texts.get(key),
    set: (key, value) => void texts.set(key, value),
    remove: (key) => void texts.delete(key),
  }
}

describe('A storage', () => {
  const key = 'hubtwin/contoso.azure-devices.net/device1/telemetry'
  const TOPIC = 'devices/device1/messages/events/'
  const OLD = JSON.stringify([[`${TOPIC}%24.mid=old`, '1', false]])

  test('keeps messages over a restart, which leave first with their message IDs', async () => {
    const storage = memory()
    const before = await openScriptedDevice({ telemetry: telemetry({ storage }) })
    const lost = [
      before.device.telemetry.send({ n: 1 }, { messageId: 'first' }),
      before.device.telemetry.send(new Uint8Array([0, 255, 10]), { messageId: 'second' }),
    ]
    await settle()
    await before.device.close({ timeoutInMs: 0 })
    for (const each of lost) await expect(each).rejects.toMatchObject({ code: 'ERR_CLOSED' })

    const after = await openScriptedDevice({ telemetry: telemetry({ storage }) })
    const third = after.device.telemetry.send(3, { messageId: 'third' })
    await settle()
    after.hub.wire.sync({})
    expect(ids(after)).toEqual(['first', 'second', 'third'])
    expect(after.hub.wire.unacknowledged[1]?.bytes).toEqual(new Uint8Array([0, 255, 10]))
    for (let n = 0; n < 3; n++) after.hub.wire.puback()
    await third
    await after.device.close()
    expect(storage.texts.has(key)).toBe(false)
  })

  test('gets a new message at once, and other changes within a second', async () => {
    const storage = memory()
    const set = vi.spyOn(storage, 'set')
    const scripted = await openReady({ storage })
    const { device, hub, clock } = scripted
    const all = ['é€', '{"n":1}', 'last'].map((body) => device.telemetry.send(body))
    await settle()
    expect(set).toHaveBeenCalledTimes(1)
    hub.wire.puback()
    await all[0]
    hub.wire.puback()
    await all[1]
    await clock.advance(999)
    expect(set).toHaveBeenCalledTimes(1)
    await clock.advance(1)
    expect(set).toHaveBeenCalledTimes(2)
    expect(storage.texts.get(key)).not.toContain('é€')
    hub.wire.puback()
    await all[2]
    await device.close()
    expect([storage.texts.has(key), clock.pending]).toEqual([false, 0])
  })

  test('gets a new message at once also when it takes the place of the oldest', async () => {
    const storage = memory()
    const { device } = await openScriptedDevice({
      telemetry: telemetry({ storage, maxMessages: 1, overflow: 'reject-oldest' }),
    })
    const oldest = device.telemetry.send('oldest')
    await settle()
    expect(storage.texts.get(key)).toContain('oldest')
    const newest = device.telemetry.send('newest')
    await expect(oldest).rejects.toMatchObject({ code: 'ERR_QUEUE_FULL' })
    await settle()
    expect(JSON.parse(storage.texts.get(key) ?? '')).toEqual([[expect.any(String), 'newest', false]])
    await device.close({ timeoutInMs: 0 })
    await expect(newest).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  })

  test('loses a message within a second of its PUBACK, although others follow', async () => {
    const storage = memory()
    const { device, hub, clock } = await openReady({ storage })
    const all = [1, 2, 3].map((n) => device.telemetry.send(n))
    await settle()
    for (const sent of all.slice(0, 2)) {
      hub.wire.puback()
      await sent
      await clock.advance(500)
    }
    expect(JSON.parse(storage.texts.get(key) ?? '')).toHaveLength(1)
    hub.wire.puback()
    await all[2]
  })

  test('gives a text back as UTF-8, and bytes as bytes', async () => {
    const storage = memory()
    const before = await openReady({ storage })
    const lost = ['é€', new Uint8Array([233, 0])].map((body) => before.device.telemetry.send(body))
    await settle()
    await before.device.close({ timeoutInMs: 0 })
    await Promise.allSettled(lost)
    const after = await openReady({ storage })
    expect(after.hub.wire.unacknowledged.map(({ bytes }) => [...bytes])).toEqual([[...Buffer.from('é€')], [233, 0]])
  })

  test('resolves no new message with the PUBACK of an old', async () => {
    const old = JSON.stringify([1, 2].map((n) => [`devices/device1/messages/events/%24.mid=${n}`, '', false]))
    const { device, hub } = await openReady({ storage: memory({ [key]: old }) })
    const sent = device.telemetry.send(3)
    await settle()
    hub.wire.puback()
    hub.wire.puback()
    expect(await peek(sent)).toBeUndefined()
    expect(device.telemetry.queued.messages).toBe(1)
    hub.wire.puback()
    await sent
  })

  test('does not keep a message whose caller has given up', async () => {
    const storage = memory()
    const { device } = await openReady({ storage })
    const app = new AbortController()
    const sent = device.telemetry.send(1, { signal: app.signal })
    await settle()
    app.abort('stop')
    await expect(sent).rejects.toBe('stop')
    await device.close({ timeoutInMs: 0 })
    expect(storage.texts.has(key)).toBe(false)
  })

  test('delays close() until it has the rest', async () => {
    const saves: (() => void)[] = []
    const set = (): Promise<void> => new Promise((resolve) => saves.push(resolve))
    const { device } = await openReady({ storage: { ...memory(), set } })
    const rejection = expect(device.telemetry.send(1)).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    await settle()
    const closed = device.close({ timeoutInMs: 0 })
    await rejection
    expect(await peek(closed)).toBeUndefined()
    for (let save = saves.shift(); save !== undefined; save = saves.shift()) {
      save()
      await settle()
    }
    await closed
  })

  test('loses a message soon after its PUBACK', async () => {
    const storage = memory()
    const { device, hub, clock } = await openReady({ storage })
    const sent = device.telemetry.send(1)
    await settle()
    expect(storage.texts.get(key)).toContain('messages/events')
    hub.wire.puback()
    await sent
    await clock.advance(1000)
    await settle()
    expect(storage.texts.has(key)).toBe(false)
  })

  test('holds messages until it has loaded', async () => {
    let load = (_: string | undefined): void => {}
    const loading = new Promise<string | undefined>((resolve) => {
      load = resolve
    })
    const scripted = await openReady({ storage: { ...memory(), get: () => loading } })
    const sent = scripted.device.telemetry.send(2, { messageId: 'new' })
    await settle()
    expect(bodies(scripted)).toEqual([])
    load(OLD)
    await settle()
    expect(ids(scripted)).toEqual(['old', 'new'])
    scripted.hub.wire.puback(1)
    await sent
  })

  test.each<[string, { timeoutInMs?: number }]>([
    ['a close', {}],
    ['a close that waits for nothing', { timeoutInMs: 0 }],
  ])('keeps the messages of an earlier process, and the new ones, over %s before it has loaded', async (_, options) => {
    let load = (_text: string | undefined): void => {}
    const storage = memory({ [key]: OLD })
    const loading = new Promise<string | undefined>((resolve) => (load = resolve))
    const { device, clock } = await openScriptedDevice({
      telemetry: telemetry({ storage: { ...storage, get: () => loading } }),
    })
    const sent = device.telemetry.send(2, { messageId: 'new' })
    const rejection = expect(sent).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    const closed = device.close(options)
    await clock.advance(5000)
    load(storage.texts.get(key))
    await closed
    await rejection
    expect(storage.texts.get(key)).toContain('mid=old')
    expect(storage.texts.get(key)).toContain('mid=new')
    expect(clock.pending).toBe(0)
  })

  test('may have a body of the largest size', async () => {
    const old = JSON.stringify([[`${TOPIC}a=b`, 'x'.repeat(262_144), false]])
    const scripted = await openReady({ storage: memory({ [key]: old }) })
    expect(bodies(scripted)).toEqual(['x'.repeat(262_144)])
  })

  test.each([
    ['no list', '{}'],
    ['no message', '[7]'],
    ['a topic that is no text', '[[7,"1",false]]'],
    ['a body that is no text', '[["devices/device1/messages/events/a=b",1,false]]'],
    ['a longer body than the hub takes', JSON.stringify([[`${TOPIC}a=b`, 'x'.repeat(262_145), false]])],
    ['a topic of another device', '[["devices/other/messages/events/a=b","1",false]]'],
    ['a topic with a wildcard', '[["devices/device1/messages/events/#","1",false]]'],
    ['no JSON', '['],
  ])('with %s is an observation, and telemetry goes on', async (_, text) => {
    const observer = vi.fn<NonNullable<TwinOptions['observer']>>()
    const scripted = await openReady({ storage: memory({ [key]: text }) }, { observer })
    const sent = scripted.device.telemetry.send(1)
    await settle()
    const [error] = observer.mock.calls.flatMap(([each]) => (each.type === 'storageFailed' ? [each.error] : []))
    expect(error).toBeInstanceOf(SyntaxError)
    if (text !== '[') expect(error).toEqual(new SyntaxError('Storage has text that is not a list of telemetry'))
    expect(bodies(scripted)).toEqual(['1'])
    scripted.hub.wire.puback()
    await sent
  })
})
