import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { settle } from './fake-clock.ts'
import { openReady, openScripted, peek } from './open-scripted.ts'

const reports = (sent: readonly { topic: string; payload: string }[]): unknown[] =>
  sent.filter(({ topic }) => topic.includes('/reported/')).map(({ payload }) => JSON.parse(payload) as unknown)

describe('report(), when the caller or the twin leaves', () => {
  test('cancels an aborted patch before it is sent, with the signal’s reason', async () => {
    const { twin, hub } = await openReady()
    const control = new AbortController()
    const first = twin.report({ a: 1 })
    const aborted = twin.report({ b: 1 }, { signal: control.signal })
    const last = twin.report({ c: 1 })
    control.abort('changed my mind')
    await expect(aborted).rejects.toBe('changed my mind')
    hub.wire.answer(204, '', 2)
    await settle()
    hub.wire.answer(204, '', 3)
    await expect(Promise.all([first, last])).resolves.toEqual([2, 3])
    expect(reports(hub.wire.sent)).toEqual([{ a: 1 }, { c: 1 }])
  })

  test('cancels an aborted patch that does not fold into the request in flight', async () => {
    const { twin, hub } = await openScripted()
    const control = new AbortController()
    const first = twin.report({ a: 1 })
    const aborted = twin.report({ a: { b: 1 } }, { signal: control.signal })
    hub.wire.sync({})
    control.abort('changed my mind')
    await expect(aborted).rejects.toBe('changed my mind')
    hub.wire.answer(204, '', 2)
    await expect(first).resolves.toBe(2)
    await settle()
    expect(reports(hub.wire.sent)).toEqual([{ a: 1 }])
  })

  test('cancels no other report when a listener aborts a patch that has no place', async () => {
    const { twin, hub } = await openReady()
    const control = new AbortController()
    const calls: Promise<number>[] = []
    const large = 'x'.repeat(4000)
    const wide = (prefix: string): object =>
      Object.fromEntries([1, 2, 3, 4, 5].map((number) => [`${prefix}${number}`, large]))
    twin.onReported(({ version }) => {
      if (version !== 2) return
      calls.push(twin.report({ sent: 1 }), twin.report(wide('a')))
      calls.push(twin.report(wide('b'), { signal: control.signal }), twin.report({ last: 1 }))
      control.abort('changed my mind')
    })
    void twin.report({ first: 1 })
    await settle()
    hub.wire.answer(204, '', 2)
    await expect(calls[2]).rejects.toBe('changed my mind')
    hub.wire.answer(204, '', 3)
    await expect(calls[0]).resolves.toBe(3)
    hub.wire.answer(204, '', 4)
    expect(await peek(Promise.all([calls[1], calls[3]]))).toEqual({ value: [4, 4] })
    expect(reports(hub.wire.sent).slice(2)).toEqual([{ ...wide('a'), last: 1 }])
  })

  test('fails with the reason when the twin closes by itself, and without a reason after close()', async () => {
    const cause = new TwinError('ERR_TOKEN', 'device was sold', { retriable: false })
    let isFirst = true
    const { twin, clock, hub } = await openScripted({}, async () => {
      if (!isFirst) throw cause
      isFirst = false
      return { password: 'made up', expiresAt: 1_700_000_000_000 + 3_600_000 }
    })
    hub.wire.drop()
    const report = twin.report({ a: 1 }).catch((error: unknown) => error)
    await clock.advance(1000)
    const error = await report
    expect(error).toEqual(new TwinError('ERR_CLOSED', 'Twin was closed before the patch was sent', { cause }))
    expect((error as TwinError).cause).toBe(cause)
    const other = await openScripted()
    const unsent = other.twin.report({ a: 1 }).catch((reason: unknown) => reason)
    await other.twin.close()
    expect(Object.hasOwn((await unsent) as TwinError, 'cause')).toBe(false)
  })

  test('resends an aborted patch that the hub may have, because a resent older patch must not undo it', async () => {
    const { twin, hub, clock } = await openReady()
    const control = new AbortController()
    const first = twin.report({ a: 0 })
    const second = twin.report({ counter: 1 })
    const aborted = twin.report({ counter: 2 }, { signal: control.signal })
    await settle()
    hub.wire.answer(204, '', 2)
    await first
    control.abort()
    await expect(aborted).rejects.toBe(control.signal.reason)
    hub.wire.drop()
    await clock.advance(1000)
    hub.wire.sync({ reported: { $version: 3, counter: 2 } })
    await settle()
    expect(reports(hub.wire.sent)).toEqual([{ counter: 2 }])
    hub.wire.answer(204, '', 4)
    await expect(second).resolves.toBe(4)
  })
})
