import { describe, expect, test } from 'vitest'
import { settle } from '../fake-clock.ts'
import { openScripted } from '../open-scripted.ts'
import { createOrigin, DESIRED, openTabs } from './open-tabs.ts'

describe('openSharedTwin(), between tabs,', () => {
  test('posts what other tabs need, and nothing for its own tab', async () => {
    const { hub, tabs, browser } = await openTabs(2)
    const before = browser.posted.length
    const report = tabs[0].twin.report({ a: 1 })
    await settle()
    hub.wire.answer(204, '', 2)
    await report
    expect(browser.posted.slice(before).map(({ type }) => type)).toEqual(['update'])
  })

  test('posts a report of a follower once, and no cancellation of a settled call', async () => {
    const { hub, tabs, browser } = await openTabs(2)
    const before = browser.posted.length
    const report = tabs[1].twin.report({ a: 1 })
    await settle()
    hub.wire.answer(204, '', 2)
    await report
    await settle()
    expect(browser.posted.slice(before).map(({ type }) => type)).toEqual(['call', 'update', 'outcome'])
  })

  test('posts no call and no cancellation while it knows no leader', async () => {
    const { tabs, browser } = await openTabs(2)
    tabs[0].tab.delay()
    tabs[1].emit('sleep')
    tabs[1].emit('wake')
    await settle()
    const before = browser.posted.length
    const abort = new AbortController()
    const report = tabs[1].twin.report({ a: 1 }, abort)
    abort.abort(new Error('no patience'))
    await expect(report).rejects.toThrow('no patience')
    await settle()
    expect(browser.posted.slice(before)).toEqual([])
  })

  test('gives each tab the outcomes of its own calls only', async () => {
    const { hub, tabs } = await openTabs(3)
    const reports = [tabs[1].twin.report({ a: 1 }), tabs[2].twin.report({ b: 1 })]
    for (const version of [2, 3]) {
      await settle()
      hub.wire.answer(204, '', version)
    }
    expect(await Promise.all(reports)).toEqual([2, 3])
  })

  test('sets no timers for a leader in the same tab', async () => {
    const { clock, tabs } = await openTabs(1)
    const alone = await openScripted()
    alone.hub.wire.sync({})
    await settle()
    tabs[0].emit('wake')
    expect(clock.pending).toBe(alone.clock.pending)
  })

  test('calls no listener again when it reads an unchanged state', async () => {
    const { hub, tabs } = await openTabs(2)
    const seen: string[] = []
    tabs[1].twin.onStatus(({ type }) => seen.push(type))
    tabs[1].twin.onRole(({ type }) => seen.push(type))
    await settle()
    tabs[1].tab.deaf = true
    hub.wire.message(`${DESIRED}2`, { a: 1 })
    await settle()
    tabs[1].tab.deaf = false
    hub.wire.message(`${DESIRED}3`, { b: 1 })
    await settle()
    expect(tabs[1].twin.desired).toEqual({ a: 1, b: 1 })
    expect(seen.sort()).toEqual(['follower', 'ready'])
  })

  test('reports a leader that does not answer once, 5 s after a wake', async () => {
    const { tabs, clock } = await openTabs(2)
    const statuses: string[] = []
    tabs[1].twin.onStatus(({ type }) => statuses.push(type))
    tabs[0].tab.delay()
    await clock.advance(8000)
    tabs[1].emit('wake')
    await clock.advance(4999)
    expect(statuses).toEqual(['ready'])
    await clock.advance(1)
    expect(statuses).toEqual(['ready', 'waiting'])
    await clock.advance(60_000)
    expect(statuses).toEqual(['ready', 'waiting'])
  })

  test('works alone when the browser denies channels, and gives the reason', async () => {
    const origin = createOrigin()
    const newTab = origin.browser.newTab
    Object.assign(origin.browser, {
      newTab: () => ({
        ...newTab(),
        openChannel() {
          throw new DOMException('denied', 'SecurityError')
        },
      }),
    })
    const { twin } = await origin.open()
    expect(twin.role).toEqual({ type: 'alone', reason: 'SecurityError: denied' })
  })

  test('shows the role among the members of the twin', async () => {
    const { tabs } = await openTabs(1)
    expect(Object.keys(tabs[0].twin)).toEqual(expect.arrayContaining(['report', 'role', 'onRole']))
  })
})
