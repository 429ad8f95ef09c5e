import { describe, expect, test } from 'vitest'
import type { ReportedChange } from '../../core/src/twin/changes.ts'
import { settle } from './fake-clock.ts'
import { openReady, openScripted } from './open-scripted.ts'

function collect(): { changes: ReportedChange[]; listener: (change: ReportedChange) => void } {
  const changes: ReportedChange[] = []
  return { changes, listener: (change) => changes.push(change) }
}

describe('onReported()', () => {
  test('calls with the hub’s properties after the first sync, even if they are empty', async () => {
    const { twin, hub } = await openScripted()
    const { changes, listener } = collect()
    twin.onReported(listener)
    await settle()
    expect(changes).toEqual([])
    hub.wire.sync({})
    await settle()
    expect(changes).toEqual([{ reported: {}, previous: undefined, patch: {}, version: 1 }])
  })

  test('calls only a new listener with the current properties', async () => {
    const { twin } = await openReady({ reported: { $version: 1, a: 1 } })
    const [early, late] = [collect(), collect()]
    twin.onReported(early.listener)
    await settle()
    twin.onReported(late.listener)
    await settle()
    const first = { reported: { a: 1 }, previous: undefined, patch: { a: 1 }, version: 1 }
    expect([early.changes, late.changes]).toEqual([[first], [first]])
  })

  test('calls for each accepted report, before its promise resolves', async () => {
    const { twin, hub } = await openReady({ reported: { $version: 1, a: 1 } })
    const { changes, listener } = collect()
    twin.onReported(listener)
    await settle()
    const report = twin.report({ a: null, b: 2 }).then(() => changes.length)
    await settle()
    expect(changes.length).toBe(1)
    hub.wire.answer(204, '', 2)
    expect(await report).toBe(2)
    expect(changes[1]).toEqual({ reported: { b: 2 }, previous: { a: 1 }, patch: { a: null, b: 2 }, version: 2 })
  })

  test('calls for the changes that a refresh finds, and only for those', async () => {
    const { twin, hub } = await openReady({ reported: { $version: 1, a: 1 } })
    const { changes, listener } = collect()
    twin.onReported(listener)
    await settle()
    for (const reported of [
      { $version: 7, a: 1 },
      { $version: 8, a: 2 },
    ]) {
      const read = twin.refresh()
      await settle()
      hub.wire.answer(200, { desired: { $version: 1 }, reported })
      await read
    }
    expect(changes.slice(1)).toEqual([{ reported: { a: 2 }, previous: { a: 1 }, patch: { a: 2 }, version: 8 }])
  })

  test('does not call a removed listener', async () => {
    const { twin, hub } = await openReady()
    const off = collect()
    twin.onReported(off.listener)()
    await settle()
    await twin.close()
    expect([off.changes, hub.wires.length]).toEqual([[], 1])
  })

  test('rejects a listener that is not a function', async () => {
    const { twin } = await openReady()
    expect(() => twin.onReported('x' as never)).toThrow(new TypeError('listener is a string, not a function'))
  })
})
