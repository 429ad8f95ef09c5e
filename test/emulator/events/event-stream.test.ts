import { describe, expect } from 'vitest'
import { createEventStream, type EventStream } from '../../../emulator/src/events/event-stream.ts'
import { hear } from '../../support/hub-events.ts'
import { connectSubscribed } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { keyOf } from '../../support/sas-token.ts'

const test = hubTest()

function stream(onError: (error: unknown) => void = () => undefined): EventStream {
  return createEventStream(() => 7, onError)
}

function emitConnected(events: EventStream, ...deviceIds: string[]): void {
  for (const deviceId of deviceIds) events.emit({ deviceId, type: 'connected', secure: true })
}

describe('hub.events', () => {
  test('yields connects, changes, and disconnects in order, without a secret', async ({ hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    const device = await connectSubscribed(hub, { deviceId })
    await device.report({ on: true })
    await hub.updateTwin(deviceId, { tags: { floor: 1 }, properties: { desired: { level: 2 } } })
    await device.client.endAsync()
    await heard.next('disconnected')
    expect(heard.all).toMatchObject([
      { type: 'connected', secure: false },
      { type: 'twin-changed', by: 'device', change: { reported: { on: true } }, reportedVersion: 2 },
      { type: 'twin-changed', by: 'service', change: { tags: { floor: 1 }, desired: { level: 2 } }, desiredVersion: 2 },
      { type: 'disconnected' },
    ])
    const text = JSON.stringify(heard.all)
    expect(text).not.toContain(keyOf(hub.connectionStrings.device(deviceId)))
    expect(text).not.toContain('SharedAccessSignature')
  })

  test('yields the end of a replaced connection before the start of the new connection', async ({ hub, deviceId }) => {
    const heard = hear(hub, deviceId)
    const first = await connectSubscribed(hub, { deviceId })
    await connectSubscribed(hub, { deviceId })
    await first.closed()
    expect(heard.all.map(({ type }) => type)).toEqual(['connected', 'disconnected', 'connected'])
  })

  test('starts at the call, and ends with the hub', async () => {
    const hub = await start()
    const reader = hub.events.read()
    await hub.updateTwin('device1', { tags: { a: 1 } })
    await hub.close()
    const types: string[] = []
    for await (const { type } of reader) types.push(type)
    expect(types).toEqual(['twin-changed'])
    expect(await hub.events.read().next()).toEqual({ done: true, value: undefined })
  })
})

describe('a reader of events', () => {
  test('keeps the newest unread events, and reports the number of dropped events', async () => {
    const events = stream()
    const reader = events.read({ capacity: 2 })
    emitConnected(events, 'a', 'b', 'c', 'd')
    events.close()
    const read = []
    for await (const event of reader) read.push(event)
    expect(read).toMatchObject([{ type: 'missed', count: 2 }, { deviceId: 'c' }, { deviceId: 'd', sequence: 4, at: 7 }])
  })

  test('waits for events, with several calls at once', async () => {
    const events = stream()
    const reader = events.read()
    const read = Promise.all([reader.next(), reader.next(), reader.next()])
    emitConnected(events, 'a', 'b')
    events.close()
    expect(await read).toMatchObject([{ value: { deviceId: 'a' } }, { value: { deviceId: 'b' } }, { done: true }])
  })

  test('ends with its signal, also before its start, and with a break', async () => {
    const events = stream()
    const ending = new AbortController()
    const waiting = events.read({ signal: ending.signal }).next()
    ending.abort()
    expect(await waiting).toMatchObject({ done: true })
    expect(await events.read({ signal: ending.signal }).next()).toMatchObject({ done: true })
    const reader = events[Symbol.asyncIterator]()
    emitConnected(events, 'a', 'b')
    await reader.return?.()
    expect(await reader.next()).toMatchObject({ done: true })
  })

  test('is independent of the hub: the hub reports a listener that throws, and calls the others', () => {
    const errors: unknown[] = []
    const events = stream((error) => errors.push(error))
    const heard: (string | undefined)[] = []
    events.listen(() => {
      throw new Error('mine')
    })
    const stop = events.listen(({ deviceId }) => heard.push(deviceId))
    emitConnected(events, 'a')
    stop()
    emitConnected(events, 'b')
    expect(heard).toEqual(['a'])
    expect(errors).toMatchObject([{ message: 'mine' }, { message: 'mine' }])
  })
})
