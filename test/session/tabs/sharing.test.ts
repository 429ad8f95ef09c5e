import { describe, expect, test, vi } from 'vitest'
import type { SharedTwin } from '../../../core/src/tabs/create-shared-twin.ts'
import { settle } from '../fake-clock.ts'
import { createOrigin, DESIRED, type OpenTab, openTabs } from './open-tabs.ts'
import { peek } from '../open-scripted.ts'

const roles = (tabs: readonly OpenTab[]): string[] => tabs.map(({ twin }) => twin.role.type)

function versionsOf(twin: SharedTwin): number[] {
  const versions: number[] = []
  twin.onDesired(({ version }) => versions.push(version))
  return versions
}

describe('openSharedTwin()', () => {
  test('connects once for all tabs, which show the same state', async () => {
    const { hub, tabs } = await openTabs(3, { desired: { $version: 4, a: 1 }, reported: { $version: 2, b: 1 } })
    expect(hub.wires.length).toBe(1)
    expect(roles(tabs)).toEqual(['leader', 'follower', 'follower'])
    for (const { twin } of tabs) {
      expect([twin.desired, twin.reported, twin.versions, twin.status]).toEqual([
        { a: 1 },
        { b: 1 },
        { desired: 4, reported: 2 },
        { type: 'ready' },
      ])
      expect(Object.isFrozen(twin.desired)).toBe(true)
    }
  })

  test('gives each tab every change once and in order', async () => {
    const { hub, tabs } = await openTabs(3)
    const seen = tabs.map(({ twin }) => versionsOf(twin))
    await settle()
    for (const version of [2, 3, 4]) hub.wire.message(`${DESIRED}${version}`, { a: version })
    await settle()
    expect(seen).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ])
    expect(tabs.map(({ twin }) => twin.desired)).toEqual([{ a: 4 }, { a: 4 }, { a: 4 }])
  })

  test('treats keys such as __proto__ as data on the way to another tab', async () => {
    const { hub, tabs } = await openTabs(2)
    hub.wire.message(`${DESIRED}2`, '{"__proto__":{"polluted":1},"constructor":2}')
    await settle()
    for (const { twin } of tabs)
      expect(JSON.stringify(twin.desired)).toBe('{"__proto__":{"polluted":1},"constructor":2}')
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  test("sends a follower's report through the leader, in order, and updates all tabs", async () => {
    const { hub, tabs, payloads } = await openTabs(2)
    const [leader, follower] = tabs
    const listener = vi.fn()
    leader.twin.onReported(({ patch, version }) => listener(patch, version))
    await settle()
    const reports = [follower.twin.report({ a: 1 }), follower.twin.report({ a: null }), follower.twin.report({ b: 2 })]
    await settle()
    expect(payloads()).toEqual(['{"a":1}'])
    hub.wire.answer(204, '', 2)
    await settle()
    hub.wire.answer(204, '', 3)
    expect(await Promise.all(reports)).toEqual([2, 3, 3])
    expect(payloads()).toEqual(['{"a":1}', '{"a":null,"b":2}'])
    expect([leader.twin.reported, follower.twin.reported]).toEqual([{ b: 2 }, { b: 2 }])
    expect(listener.mock.calls).toEqual([
      [{}, 1],
      [{ a: 1 }, 2],
      [{ a: null, b: 2 }, 3],
    ])
  })

  test('shows an accepted report before its promise resolves, in a follower too', async () => {
    const { hub, tabs } = await openTabs(2)
    const seen = tabs[1].twin.report({ a: 1 }).then(() => tabs[1].twin.reported)
    await settle()
    hub.wire.answer(204, '', 2)
    expect(await seen).toEqual({ a: 1 })
  })

  test("rejects only the follower's report that the hub refuses, with code and status", async () => {
    const { hub, tabs } = await openTabs(2)
    const refused = tabs[1].twin.report({ bad: true }).catch((error: unknown) => error)
    await settle()
    hub.wire.answer(400, { errorCode: 400004, message: 'no' })
    const error = await refused
    expect(error).toMatchObject({ name: 'TwinError', code: 'ERR_BAD_REQUEST', status: 400, retriable: false })
    expect(String(error)).toContain('400004')
  })

  test('checks a report in the tab of its caller', async () => {
    const { tabs, browser } = await openTabs(2)
    const before = browser.posted.length
    await expect(tabs[1].twin.report({ a: Number.NaN })).rejects.toThrow('patch.a is NaN')
    await expect(tabs[1].twin.report({ 'a.b': 1 })).rejects.toThrow(RangeError)
    expect(browser.posted.length).toBe(before)
  })

  test('rejects a report of a follower when the waiting reports exceed the limit of the hub', async () => {
    const { hub, tabs } = await openTabs(2)
    hub.wire.drop()
    await settle()
    const text = 'x'.repeat(4000)
    const big = (name: string): object => Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`${name}${n}`, text]))
    const first = tabs[1].twin.report(big('a'))
    await expect(tabs[1].twin.report(big('b'))).rejects.toThrow(/^patch would bring the waiting reports to a size of/)
    await expect(tabs[1].twin.report(big('c'))).rejects.toThrow(RangeError)
    expect(await peek(first)).toBeUndefined()
  })

  test('rejects the 10,001st waiting call while there is no leader', async () => {
    const origin = createOrigin()
    const leader = await origin.open()
    leader.tab.deaf = true
    const { twin } = await origin.open()
    const waiting = Array.from({ length: 10_000 }, () => twin.report({ a: 1 }).catch(() => {}))
    await expect(twin.report({ a: 1 })).rejects.toThrow(
      new RangeError('10000 calls wait for the leader tab, which is the limit'),
    )
    await twin.close()
    await Promise.all(waiting)
  })

  test('cancels a report that a follower aborts before it is sent', async () => {
    const { hub, tabs, payloads } = await openTabs(2)
    const controller = new AbortController()
    const first = tabs[0].twin.report({ a: 1 })
    const aborted = tabs[1].twin.report({ b: 1 }, { signal: controller.signal })
    await settle()
    controller.abort(new Error('no patience'))
    await expect(aborted).rejects.toThrow('no patience')
    await settle()
    hub.wire.answer(204, '', 2)
    await first
    await settle()
    expect(payloads()).toEqual(['{"a":1}'])
  })

  test('sends the report of a follower that has closed since', async () => {
    const { hub, tabs, payloads } = await openTabs(2)
    const first = tabs[0].twin.report({ a: 1 })
    const second = tabs[1].twin.report({ b: 1 }).catch((error: unknown) => error)
    await settle()
    await tabs[1].twin.close()
    expect(await second).toMatchObject({ code: 'ERR_CLOSED' })
    hub.wire.answer(204, '', 2)
    await first
    await settle()
    expect(payloads()).toEqual(['{"a":1}', '{"b":1}'])
  })

  test('refreshes the twin for a follower', async () => {
    const { hub, tabs } = await openTabs(2)
    const document = tabs[1].twin.refresh()
    await settle()
    hub.wire.answer(200, { desired: { $version: 7, a: 7 }, reported: { $version: 1 } })
    expect(await document).toEqual({ desired: { a: 7 }, reported: {}, versions: { desired: 7, reported: 1 } })
    const refused = tabs[1].twin.refresh().catch((error: unknown) => error)
    await settle()
    hub.wire.answer(429)
    expect(await refused).toMatchObject({ code: 'ERR_THROTTLED' })
    expect(tabs[0].twin.desired).toEqual({ a: 7 })
  })

  test('makes a follower wait for the first sync, and shows it the reason for the delay', async () => {
    const origin = createOrigin()
    const leader = await origin.open()
    const follower = await origin.open()
    const refused = expect(follower.twin.ready()).rejects.toMatchObject({ code: 'ERR_UNAUTHORIZED' })
    for (let refusals = 0; refusals < 2; refusals++) {
      origin.hub.wire.emit({ type: 'refused', code: 5 })
      await origin.clock.advance(2000)
    }
    await refused
    expect(follower.twin.status).toEqual(leader.twin.status)
    const again = follower.twin.ready()
    origin.hub.wire.sync({ desired: { $version: 2, a: 1 } })
    expect((await again).desired).toEqual({ a: 1 })
  })

  test('closes when the leader’s signal aborts, and the next tab leads', async () => {
    const controller = new AbortController()
    const origin = createOrigin()
    const leader = await origin.open({ signal: controller.signal })
    const follower = await origin.open()
    controller.abort()
    expect([leader.twin.status.type, leader.twin.role.type]).toEqual(['closed', 'closed'])
    await settle()
    expect(follower.twin.role.type).toBe('leader')
    expect(origin.hub.wires.map(({ closed }) => closed)).toEqual([true, false])
  })

  test('leaves no timer behind, whatever its role at the close', async () => {
    const origin = createOrigin()
    const tabs = [await origin.open(), await origin.open(), await origin.open()] as const
    origin.hub.wire.sync({})
    await settle()
    tabs[2].emit('sleep')
    for (const { twin } of tabs) await twin.close()
    expect(origin.clock.pending).toBe(0)
    expect(tabs.map(({ isListening }) => isListening)).toEqual([false, false, false])
    await expect(tabs[0].twin.report({})).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    await expect(tabs[0].twin.refresh()).rejects.toMatchObject({ code: 'ERR_CLOSED' })
  })

  test('calls a listener with the current role soon, and then with each later role', async () => {
    const { tabs } = await openTabs(2)
    const seen: string[] = []
    const off = vi.fn()
    tabs[1].twin.onRole(({ type }) => seen.push(type))
    tabs[1].twin.onRole(off)()
    await settle()
    await tabs[0].twin.close()
    await settle()
    await tabs[1].twin.close()
    expect(seen).toEqual(['follower', 'leader', 'closed'])
    expect(off).not.toHaveBeenCalled()
  })

  test('works alone without the APIs for tabs, and gives the reason', async () => {
    const origin = createOrigin({ missing: 'There are no Web Locks here' })
    const { twin, emit } = await origin.open()
    expect(twin.role).toEqual({ type: 'alone', reason: 'There are no Web Locks here' })
    origin.hub.wire.sync({ desired: { $version: 2, a: 1 } })
    await twin.ready()
    const report = twin.report({ b: 1 })
    await settle()
    emit('sleep')
    expect(twin.status).toMatchObject({ type: 'waiting' })
    emit('wake')
    await origin.clock.advance(1000)
    origin.hub.wire.sync({ desired: { $version: 2, a: 1 } })
    await settle()
    origin.hub.wire.answer(204, '', 2)
    expect(await report).toBe(2)
    expect(origin.browser.posted).toEqual([])
  })

  test('works alone when the browser denies the lock', async () => {
    const origin = createOrigin()
    const newTab = origin.browser.newTab
    Object.assign(origin.browser, {
      newTab: () => ({ ...newTab(), lock: () => Promise.reject(new DOMException('denied', 'SecurityError')) }),
    })
    const { twin } = await origin.open()
    expect(twin.role).toEqual({ type: 'alone', reason: 'SecurityError: denied' })
    origin.hub.wire.sync({})
    expect((await peek(twin.ready())) !== undefined).toBe(true)
  })
})
