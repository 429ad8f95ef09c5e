import { describe, expect, test } from 'vitest'
import { settle } from './fake-clock.ts'
import { openReady, openScripted } from './open-scripted.ts'

const reports = (sent: readonly { topic: string; payload: string }[]): unknown[] =>
  sent.filter(({ topic }) => topic.includes('/reported/')).map(({ payload }) => JSON.parse(payload) as unknown)

describe('report(), given a patch,', () => {
  test.each<[string, unknown, new () => Error, string]>([
    ['undefined', undefined, TypeError, 'patch is undefined'],
    ['null', null, TypeError, 'patch is null'],
    ['an array', [1], TypeError, 'patch is an array'],
    ['a string', 'a', TypeError, 'patch is a string'],
    ['a Date', { at: new Date() }, TypeError, 'patch.at is a Date'],
    ['a broken limit', { a: 2 ** 60 }, RangeError, 'patch.a is'],
  ])('rejects %s before it sends anything', async (_, patch, errorClass, message) => {
    const { twin, hub } = await openReady()
    await expect(twin.report(patch as object)).rejects.toThrow(errorClass)
    await expect(twin.report(patch as object)).rejects.toThrow(message)
    expect(reports(hub.wire.sent)).toEqual([])
  })

  test('copies the patch, so later changes of the app are not sent', async () => {
    const { twin, hub } = await openScripted()
    const patch = { a: { b: 1 } }
    void twin.report(patch).catch(() => {})
    patch.a.b = 2
    hub.wire.sync({})
    await settle()
    expect(reports(hub.wire.sent)).toEqual([{ a: { b: 1 } }])
  })

  test('sends an accepted report only once, even if a listener reports again at that moment', async () => {
    const { twin, hub } = await openReady()
    const all: Promise<number>[] = []
    twin.onReported(({ reported }) => {
      if (reported['a'] === 1 && all.length === 1) all.push(twin.report({ b: 1 }))
    })
    await settle()
    all.push(twin.report({ a: 1 }))
    await settle()
    hub.wire.answer(204, '', 2)
    await settle()
    expect(reports(hub.wire.sent)).toEqual([{ a: 1 }, { b: 1 }])
    hub.wire.answer(204, '', 3)
    await expect(Promise.all(all)).resolves.toEqual([2, 3])
  })

  test('treats the names of Object.prototype as data', async () => {
    const { twin, hub } = await openReady()
    const report = twin.report(JSON.parse('{"__proto__":{"a":1},"constructor":2,"toString":3}') as object)
    await settle()
    expect(hub.wire.sent.at(-1)?.payload).toBe('{"__proto__":{"a":1},"constructor":2,"toString":3}')
    hub.wire.answer(204, '', 2)
    await report
    expect(JSON.stringify(twin.reported)).toBe('{"__proto__":{"a":1},"constructor":2,"toString":3}')
    expect(({} as { a?: unknown }).a).toBeUndefined()
  })
})
