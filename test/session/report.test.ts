import { describe, expect, test } from 'vitest'
import { settle } from './fake-clock.ts'
import { openReady, openScripted, peek } from './open-scripted.ts'

const reports = (sent: readonly { topic: string; payload: string }[]): unknown[] =>
  sent.filter(({ topic }) => topic.includes('/reported/')).map(({ payload }) => JSON.parse(payload) as unknown)

describe('report()', () => {
  test('resolves with the hub’s version, and only then changes `reported`', async () => {
    const { twin, hub } = await openReady({ reported: { a: { b: 1, c: 2 }, $version: 4 } })
    const report = twin.report({ a: { b: null }, list: [1, 2] })
    await settle()
    expect(hub.wire.sent.at(-1)).toMatchObject({ payload: '{"a":{"b":null},"list":[1,2]}' })
    expect(twin.reported).toEqual({ a: { b: 1, c: 2 } })
    hub.wire.answer(204, '', 7)
    await expect(report).resolves.toBe(7)
    expect(twin.reported).toEqual({ a: { c: 2 }, list: [1, 2] })
    expect(twin.versions.reported).toBe(7)
  })

  test('counts from the last version when the hub omits the version', async () => {
    const { twin, hub } = await openReady({ reported: { $version: 4 } })
    const report = twin.report({ a: 1 })
    await settle()
    hub.wire.answer(204)
    await expect(report).resolves.toBe(5)
  })

  test('keeps a single request in flight, and folds the reports behind it', async () => {
    const { twin, hub } = await openReady()
    const all = [{ a: 1 }, { a: 2, b: { c: 1 } }, { b: { d: 2 } }, { e: null }].map((patch) => twin.report(patch))
    await settle()
    expect(reports(hub.wire.sent)).toEqual([{ a: 1 }])
    hub.wire.answer(204, '', 2)
    await settle()
    expect(reports(hub.wire.sent)).toEqual([{ a: 1 }, { a: 2, b: { c: 1, d: 2 }, e: null }])
    hub.wire.answer(204, '', 3)
    await expect(Promise.all(all)).resolves.toEqual([2, 3, 3, 3])
  })

  test('does not fold two patches that a single merge patch cannot express', async () => {
    const { twin, hub } = await openReady({ reported: { a: { old: 1 }, $version: 1 } })
    const all = [{ first: 1 }, { a: null }, { a: { fresh: 1 } }].map((patch) => twin.report(patch))
    for (const version of [2, 3, 4]) {
      await settle()
      hub.wire.answer(204, '', version)
    }
    await expect(Promise.all(all)).resolves.toEqual([2, 3, 4])
    expect(reports(hub.wire.sent)).toEqual([{ first: 1 }, { a: null }, { a: { fresh: 1 } }])
    expect(twin.reported).toEqual({ first: 1, a: { fresh: 1 } })
  })

  test('rejects a report when the waiting reports exceed the hub’s limit, and names the size', async () => {
    const { twin, hub } = await openReady()
    const big = (name: string): object =>
      Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`${name}${index}`, 'x'.repeat(4000)]))
    const first = twin.report({ a: 1 })
    const second = twin.report(big('b'))
    await expect(twin.report(big('c'))).rejects.toThrow(RangeError)
    await expect(twin.report(big('c'))).rejects.toThrow(/the waiting reports to a size of 40020/)
    hub.wire.answer(204, '', 2)
    await settle()
    hub.wire.answer(204, '', 3)
    await expect(Promise.all([first, second])).resolves.toEqual([2, 3])
  })

  test('folds the waiting reports as they grow, so that a long time offline needs little memory', async () => {
    const { twin, hub } = await openScripted()
    const all = Array.from({ length: 5000 }, (_, count) => twin.report({ count, text: 'x'.repeat(100) }))
    const settled = Promise.all(all)
    await settle()
    hub.wire.sync({})
    hub.wire.answer(204, '', 2)
    await settle()
    expect(reports(hub.wire.sent).length).toBeLessThanOrEqual(2)
    hub.wire.answer(204, '', 3)
    await settled
    expect(twin.reported).toMatchObject({ count: 4999 })
  })

  test('rejects the 10,001st waiting report', async () => {
    const { twin } = await openScripted()
    const all = Array.from({ length: 10_001 }, (_, count) => twin.report({ count }))
    const settled = Promise.allSettled(all)
    await expect(all.at(-1)).rejects.toThrow(/10000 reports wait for the hub/)
    await twin.close()
    await settled
  })

  test('waits for the connection and for the first sync', async () => {
    const { twin, hub } = await openScripted()
    const report = twin.report({ a: 1 })
    hub.wire.emit({ type: 'up' })
    await settle()
    expect(reports(hub.wire.sent)).toEqual([])
    hub.wire.sync({})
    expect(reports(hub.wire.sent)).toEqual([{ a: 1 }])
    hub.wire.answer(204, '', 2)
    await expect(report).resolves.toBe(2)
  })

  test('resends a report without a response, folded with later reports', async () => {
    const { twin, hub, clock } = await openReady()
    const first = twin.report({ a: 1, b: 1 })
    await settle()
    hub.wire.drop()
    const second = twin.report({ a: 2 })
    await clock.advance(1000)
    hub.wire.sync({})
    expect(reports(hub.wire.sent)).toEqual([{ a: 2, b: 1 }])
    hub.wire.answer(204, '', 3)
    await expect(Promise.all([first, second])).resolves.toEqual([3, 3])
  })

  test('sends nothing on a connection that is not ready yet', async () => {
    const { twin, hub, clock } = await openReady()
    hub.wire.drop()
    await clock.advance(1000)
    hub.wire.emit({ type: 'up' })
    const report = twin.report({ a: 1 })
    await settle()
    expect(reports(hub.wire.sent)).toEqual([])
    expect(await peek(report)).toBeUndefined()
    hub.wire.sync({})
    expect(reports(hub.wire.sent)).toEqual([{ a: 1 }])
  })

  test('reads the twin when a response does not come, and resends the report', async () => {
    const { twin, hub, clock } = await openReady()
    const report = twin.report({ a: 1 })
    await clock.advance(30_000)
    expect(hub.wire.sent.at(-1)?.topic).toContain('/GET/')
    hub.wire.answer(200, { desired: { $version: 1 }, reported: { a: 1, $version: 2 } })
    await clock.advance(1000)
    expect(reports(hub.wire.sent)).toEqual([{ a: 1 }, { a: 1 }])
    hub.wire.answer(204, '', 3)
    await expect(report).resolves.toBe(3)
  })

  test.each([
    [429, ''],
    [500, '{"errorCode":500001}'],
    [503, ''],
  ])('resends after %i, with growing waits', async (status, body) => {
    const { twin, hub, clock } = await openReady()
    const report = twin.report({ a: 1 })
    await settle()
    for (const wait of [500, 1000, 2000]) {
      const count = hub.wire.sent.length
      hub.wire.answer(status, body)
      await clock.advance(wait - 1)
      expect(hub.wire.sent.length).toBe(count)
      await clock.advance(1)
      expect(hub.wire.sent.length).toBe(count + 1)
    }
    hub.wire.answer(204, '', 2)
    await expect(report).resolves.toBe(2)
  })

  test('waits as long as the hub’s retry-after asks', async () => {
    const { twin, hub, clock } = await openReady()
    const report = twin.report({ a: 1 })
    await settle()
    hub.wire.message(`$iothub/twin/res/429/?$rid=${hub.wire.sent.at(-1)?.rid}&retry-after=7`)
    await clock.advance(7000 + 499)
    expect(reports(hub.wire.sent).length).toBe(1)
    await clock.advance(1)
    expect(reports(hub.wire.sent).length).toBe(2)
    hub.wire.answer(204, '', 2)
    await report
  })

  test('rejects a patch that the hub refuses, and sends the next', async () => {
    const { twin, hub } = await openReady()
    const bad = twin.report({ a: 1 })
    const good = twin.report({ b: 1 })
    await settle()
    hub.wire.answer(400, '{"errorCode":400004,"message":"No"}')
    await expect(bad).rejects.toMatchObject({
      code: 'ERR_BAD_REQUEST',
      status: 400,
      message: 'Report failed with status 400: 400004 No',
    })
    hub.wire.answer(204, '', 2)
    await expect(good).resolves.toBe(2)
    expect(twin.reported).toEqual({ b: 1 })
  })

  test('sends the reports of a refused request one by one, so that the valid ones succeed', async () => {
    const { twin, hub } = await openReady()
    const all = [{ first: 1 }, { a: 1 }, { bad: 1 }, { c: 1 }].map((patch) => twin.report(patch))
    const settled = Promise.allSettled(all)
    await settle()
    hub.wire.answer(204, '', 2)
    await settle()
    expect(reports(hub.wire.sent).at(-1)).toEqual({ a: 1, bad: 1, c: 1 })
    for (const [status, version] of [
      [400, undefined],
      [204, 3],
      [400, undefined],
      [204, 4],
    ] as const) {
      hub.wire.answer(status, '', version)
      await settle()
    }
    expect(reports(hub.wire.sent).slice(2)).toEqual([{ a: 1 }, { bad: 1 }, { c: 1 }])
    expect(await settled).toMatchObject([
      { value: 2 },
      { value: 3 },
      { status: 'rejected', reason: { code: 'ERR_BAD_REQUEST' } },
      { value: 4 },
    ])
  })

  test.each([
    [403, 'ERR_UNAUTHORIZED'],
    [412, 'ERR_BAD_REQUEST'],
    [777, 'ERR_PROTOCOL'],
  ])('turns the response %i into %s', async (status, code) => {
    const { twin, hub } = await openReady()
    const report = twin.report({ a: 1 })
    await settle()
    hub.wire.answer(status)
    await expect(report).rejects.toMatchObject({ code })
  })
})
