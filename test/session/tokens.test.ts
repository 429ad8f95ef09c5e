import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { settle } from './fake-clock.ts'
import { openReady, openScripted } from './open-scripted.ts'

describe('openTwin() asks for tokens', () => {
  test('and reports a failing source as ERR_TOKEN, without the source’s message', async () => {
    const { twin } = await openScripted({}, () => Promise.reject(new Error('key c2VjcmV0 is bad')))
    expect(twin.status).toMatchObject({ type: 'waiting', error: { code: 'ERR_TOKEN' } })
    expect(JSON.stringify(twin.status) + String((twin.status as { error?: Error }).error)).not.toContain('c2VjcmV0')
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 7],
    ['no password', { expiresAt: 1 }],
    ['an empty password', { password: '', expiresAt: 1 }],
    ['no expiry', { password: 'x' }],
    ['an expiry that is no number', { password: 'x', expiresAt: Number.NaN }],
  ])('and takes %s for a failure of the source', async (_, token) => {
    const { twin, hub } = await openScripted({}, () => Promise.resolve(token as never))
    expect(twin.status).toMatchObject({ type: 'waiting', error: { code: 'ERR_TOKEN' } })
    expect(hub.wires).toEqual([])
  })

  test('and gives up a source that never answers, and aborts its signal', async () => {
    let signal: AbortSignal | undefined
    const { twin, clock } = await openScripted({}, (given) => {
      signal = given
      return new Promise(() => {})
    })
    await clock.advance(20_000)
    expect(twin.status).toMatchObject({ type: 'waiting', error: { code: 'ERR_TOKEN' } })
    expect(signal?.aborted).toBe(true)
  })

  test('and closes when the source says that it cannot succeed', async () => {
    const revoked = new TwinError('ERR_TOKEN', 'Device was revoked', { retriable: false })
    const { twin } = await openScripted({}, () => Promise.reject(revoked))
    expect(twin.status).toEqual({ type: 'closed', error: revoked })
    await expect(twin.ready()).rejects.toMatchObject({ code: 'ERR_CLOSED', cause: revoked })
  })

  test('again before the old token expires, and loses nothing during the change', async () => {
    const { twin, hub, clock, asked } = await openReady({ desired: { a: 1, $version: 1 } })
    const changes: unknown[] = []
    twin.onDesired('a', ({ value }) => changes.push(value))
    await clock.advance(45 * 60_000 - 1)
    const first = twin.report({ b: 1 })
    await clock.advance(2)
    const second = twin.report({ b: 2 })
    await settle()
    const [old] = hub.wires
    expect(asked.tokens).toBe(2)
    expect(old?.closed).toBe(false)
    expect(old?.sent.at(-1)?.payload).toBe('{"b":1}')
    old?.answer(204, '', 2)
    await expect(first).resolves.toBe(2)
    expect(old?.closed).toBe(true)
    hub.wire.sync({ desired: { a: 2, $version: 2 }, reported: { b: 1, $version: 2 } })
    await settle()
    expect(changes).toEqual([1, 2])
    hub.wire.answer(204, '', 3)
    await expect(second).resolves.toBe(3)
  })

  test('again, and changes the connection at once when no request is open', async () => {
    const { twin, hub, clock } = await openReady()
    await clock.advance(45 * 60_000)
    expect([hub.wires.length, hub.wires[0]?.closed, twin.status.type]).toEqual([2, true, 'connecting'])
    hub.wire.sync({})
    await settle()
    const refresh = twin.refresh()
    hub.wire.answer(200, { desired: { $version: 1 }, reported: { $version: 1 } })
    await refresh
    await clock.advance(60_000)
    expect(twin.status).toEqual({ type: 'ready' })
  })

  test('again, and limits the wait for an answer that does not come', async () => {
    const { twin, hub, clock } = await openReady()
    await clock.advance(45 * 60_000 - 1)
    const report = twin.report({ b: 1 })
    await clock.advance(5001)
    const [old] = hub.wires
    expect(old?.closed).toBe(true)
    hub.wire.sync({})
    await settle()
    expect(hub.wire.sent.at(-1)?.payload).toBe('{"b":1}')
    hub.wire.answer(204, '', 3)
    await expect(report).resolves.toBe(3)
  })

  test('repeatedly when the source has no token, and warns before the hub ends the connection', async () => {
    const expiresAt = 1_700_000_000_000 + 3_600_000
    const { twin, hub, clock, asked } = await openScripted({}, () =>
      Promise.resolve({ password: 'made before', expiresAt }),
    )
    hub.wire.sync({})
    await clock.advance(46 * 60_000)
    expect(twin.status).toMatchObject({ type: 'ready', error: { code: 'ERR_TOKEN' } })
    expect(String(twin.status.type === 'ready' && twin.status.error?.message)).toMatch(/Token expires in \d+ s/)
    await clock.advance(10 * 60_000)
    expect(asked.tokens).toBeLessThan(20)
    expect(hub.wires.length).toBe(1)
  })
})
