import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { TwinStatus } from '../../core/src/protocol/machine-states.ts'
import { settle } from './fake-clock.ts'
import { openReady, openScripted, peek } from './open-scripted.ts'

describe('ready()', () => {
  test('rejects with ERR_UNAUTHORIZED when the hub refuses a fresh token, and can be called again', async () => {
    const { twin, hub, clock, asked } = await openScripted()
    const first = twin.ready()
    hub.wire.emit({ type: 'refused', code: 5 })
    expect(await peek(first)).toBeUndefined()
    expect(asked.invalidated).toBe(1)
    await clock.advance(1000)
    hub.wire.emit({ type: 'refused', code: 5 })
    await expect(first).rejects.toMatchObject({ code: 'ERR_UNAUTHORIZED' })
    const second = twin.ready()
    expect(await peek(second)).toBeUndefined()
    await clock.advance(2000)
    hub.wire.sync({})
    await expect(second).resolves.toMatchObject({ versions: { desired: 1 } })
  })

  test('waits for an unreachable hub', async () => {
    const { twin, hub, clock } = await openScripted()
    const ready = twin.ready()
    for (let attempt = 0; attempt < 20; attempt++) {
      hub.wire.emit({ type: 'down', error: new TwinError('ERR_UNREACHABLE', 'no') })
      await clock.advance(twin.status.type === 'waiting' ? twin.status.retryInMs : 0)
    }
    expect(hub.wires.length).toBe(21)
    expect(await peek(ready)).toBeUndefined()
    hub.wire.sync({})
    await expect(ready).resolves.toBeDefined()
  })

  test('rejects with the signal’s reason, and with ERR_CLOSED', async () => {
    const { twin } = await openScripted()
    const reason = new Error('no longer wanted')
    await expect(twin.ready({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const control = new AbortController()
    const aborted = twin.ready({ signal: control.signal })
    const closed = twin.ready()
    control.abort(reason)
    await expect(aborted).rejects.toBe(reason)
    const rejected = expect(closed).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    await twin.close()
    await rejected
    await expect(twin.ready()).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  })
})

describe('refresh()', () => {
  test('resolves with a document that the hub read after the call', async () => {
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
  ])('turns the response %i with "%s" into an error', async (status, body, code) => {
    const { twin, hub } = await openReady()
    const refresh = twin.refresh()
    hub.wire.answer(status, body)
    await expect(refresh).rejects.toMatchObject({ code })
  })

  test('has a deadline even without a signal, and then reconnects', async () => {
    const { twin, hub, clock } = await openReady()
    const refresh = twin.refresh()
    const rejected = expect(refresh).rejects.toMatchObject({ code: 'ERR_TIMEOUT' })
    await clock.advance(30_000)
    await rejected
    expect(hub.wires[0]?.closed).toBe(true)
  })

  test('believes the document of the hub, even if its version is not new', async () => {
    const { twin, hub } = await openReady({ reported: { $version: 1, a: 1 } })
    const refresh = twin.refresh()
    hub.wire.answer(200, { desired: { $version: 1 }, reported: { $version: 1, a: 2 } })
    await expect(refresh).resolves.toMatchObject({ reported: { a: 2 }, versions: { reported: 1 } })
  })

  test('keeps a report that the hub acknowledged after it read the document', async () => {
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
  test('settles every wait, stops every timer, and emits closed as the last status', async () => {
    const { twin, hub, clock } = await openReady()
    const statuses: TwinStatus[] = []
    twin.onStatus((status) => statuses.push(status))
    const waits = [twin.refresh(), twin.report({ a: 1 }), twin.report({ b: 1 })]
    await settle()
    const rejected = waits.map((wait) => expect(wait).rejects.toMatchObject({ code: 'ERR_CLOSED', retriable: false }))
    await twin.close()
    await twin.close()
    await Promise.all(rejected)
    expect(hub.wire.closed).toBe(true)
    expect(clock.pending).toBe(0)
    expect(statuses).toEqual([{ type: 'ready' }, { type: 'closed' }])
    await expect(twin.report({ a: 1 })).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    await expect(twin.refresh()).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  })

  test.each(['authorizing', 'opening', 'syncing', 'waiting'])('works while %s', async (state) => {
    const never = new Promise<never>(() => {})
    const { twin, hub, clock } = await openScripted({}, state === 'authorizing' ? () => never : undefined)
    if (state === 'syncing') hub.wire.emit({ type: 'up' })
    if (state === 'waiting') hub.wire.drop()
    await twin.close()
    await clock.advance(100_000)
    expect(twin.status).toEqual({ type: 'closed' })
    expect(clock.pending).toBe(0)
    expect(hub.wires.length).toBe(state === 'authorizing' ? 0 : 1)
  })

  test('closes from within a listener', async () => {
    const { twin, hub } = await openScripted()
    twin.onDesired(() => void twin.close())
    hub.wire.sync({})
    expect(twin.status).toEqual({ type: 'closed' })
  })

  test('closes when the signal of the options aborts', async () => {
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

describe('a signal that many calls share', () => {
  test('has a single listener, which ends every call and is then removed', async () => {
    const control = new AbortController()
    const { signal } = control
    const { twin } = await openScripted()
    const statuses = twin.statuses({ signal })
    await statuses.next()
    const waits = [
      ...Array.from({ length: 20 }, () => twin.ready({ signal })),
      ...Array.from({ length: 20 }, () => twin.report({ a: 1 }, { signal })),
      ...Array.from({ length: 20 }, () => twin.changes({ signal }).next()),
      statuses.next(),
    ]
    expect(getEventListeners(signal, 'abort').length).toBe(1)
    const reason = new Error('no longer wanted')
    control.abort(reason)
    for (const result of await Promise.allSettled(waits)) expect(result).toEqual({ status: 'rejected', reason })
    expect(getEventListeners(signal, 'abort').length).toBe(0)
  })

  test('has no listener after its calls have ended by themselves', async () => {
    const { signal } = new AbortController()
    const { twin, hub } = await openScripted({ signal })
    const waits = [twin.ready({ signal }), twin.ready({ signal })]
    hub.wire.sync({})
    await Promise.all(waits)
    await twin.close()
    expect(getEventListeners(signal, 'abort').length).toBe(0)
  })
})
