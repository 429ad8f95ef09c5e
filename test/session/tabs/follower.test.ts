import { describe, expect, test } from 'vitest'
import { settle } from '../fake-clock.ts'
import { peek } from '../open-scripted.ts'
import { createOrigin, DESIRED, openTabs, stranger } from './open-tabs.ts'

describe('openSharedTwin(), when a follower', () => {
  test('misses a message, asks for the state, and gets a single change', async () => {
    const { hub, tabs } = await openTabs(2)
    const changes: unknown[] = []
    tabs[1].twin.onDesired(({ patch, version }) => changes.push([version, patch]))
    await settle()
    tabs[1].tab.deaf = true
    hub.wire.message(`${DESIRED}2`, { a: 1, b: 1 })
    hub.wire.message(`${DESIRED}3`, { b: null })
    await settle()
    tabs[1].tab.deaf = false
    hub.wire.message(`${DESIRED}4`, { c: 1 })
    hub.wire.message(`${DESIRED}5`, { d: 1 })
    await settle()
    hub.wire.message(`${DESIRED}6`, { e: 1 })
    await settle()
    expect(changes).toEqual([
      [1, {}],
      [5, { a: 1, c: 1, d: 1 }],
      [6, { e: 1 }],
    ])
  })

  test('misses the outcome of its report, gets it with the state, and sends no second report', async () => {
    const { hub, tabs, payloads, clock } = await openTabs(2)
    const report = tabs[1].twin.report({ a: 1 })
    await settle()
    tabs[1].tab.deaf = true
    hub.wire.answer(204, '', 2)
    await settle()
    tabs[1].tab.deaf = false
    expect(await peek(report)).toBeUndefined()
    await clock.advance(10_000)
    expect(await report).toBe(2)
    expect(tabs[1].twin.reported).toEqual({ a: 1 })
    expect(payloads()).toEqual(['{"a":1}'])
  })

  test('sleeps and wakes, is in sync, with a single change for everything it missed', async () => {
    const { hub, tabs } = await openTabs(2)
    const versions: number[] = []
    tabs[1].twin.onDesired(({ version }) => versions.push(version))
    await settle()
    tabs[1].emit('sleep')
    for (const version of [2, 3]) hub.wire.message(`${DESIRED}${version}`, { a: version })
    await settle()
    tabs[1].emit('wake')
    await settle()
    expect(versions).toEqual([1, 3])
    expect(tabs[1].twin.role.type).toBe('follower')
    expect(hub.wires.length).toBe(1)
  })

  test('sleeps, cancels its request for the lock', async () => {
    const { tabs } = await openTabs(3)
    tabs[1].emit('sleep')
    tabs[0].tab.crash()
    await settle()
    expect(tabs.map(({ twin }) => twin.role.type).slice(1)).toEqual(['joining', 'leader'])
  })

  test('leads, believes the document of the hub, even if the device is a new one with lower versions', async () => {
    const { hub, tabs } = await openTabs(2, { desired: { $version: 5 }, reported: { $version: 5, a: 'old' } })
    await tabs[0].twin.close()
    await settle()
    expect(tabs[1].twin.reported).toEqual({ a: 'old' })
    hub.wire.sync({ desired: { $version: 1 }, reported: { $version: 2, a: 'new' } })
    await settle()
    expect(tabs[1].twin.reported).toEqual({ a: 'new' })
    expect(tabs[1].twin.versions).toEqual({ desired: 1, reported: 2 })
  })

  test('checks the leader repeatedly, gets an answer each time, and changes nothing', async () => {
    const { browser, tabs } = await openTabs(2)
    const statuses: string[] = []
    tabs[1].twin.onStatus(({ type }) => statuses.push(type))
    await settle()
    const before = browser.posted.length
    for (let count = 0; count < 50; count++) tabs[1].emit('wake')
    await settle()
    expect(browser.posted.slice(before).filter(({ type }) => type === 'welcome').length).toBe(50)
    expect(JSON.stringify(browser.posted.slice(before))).not.toContain('"state"')
    expect(statuses).toEqual(['ready'])
  })
})

test('openSharedTwin() in ten tabs at once has a single leader, and all tabs are in sync', async () => {
  const origin = createOrigin()
  const tabs = await Promise.all(Array.from({ length: 10 }, () => origin.open()))
  origin.hub.wire.sync({ desired: { $version: 3, a: 1 } })
  await settle()
  expect(origin.hub.wires.length).toBe(1)
  expect(tabs.map(({ twin }) => twin.role.type).sort()).toEqual([
    ...Array.from({ length: 9 }, () => 'follower'),
    'leader',
  ])
  for (const { twin } of tabs) expect(twin.desired).toEqual({ a: 1 })
})

test('openSharedTwin() ignores nonsense on its channel', async () => {
  const { hub, tabs, browser } = await openTabs(2)
  const { post } = stranger(browser)
  for (const message of [
    undefined,
    null,
    'hello',
    7,
    [],
    {},
    { type: 'nonsense' },
    { type: 'welcome' },
    { type: 'lead' },
  ]) {
    post(message ?? { type: message })
  }
  await settle()
  hub.wire.message(`${DESIRED}2`, { a: 1 })
  await settle()
  for (const { twin } of tabs) expect([twin.desired, twin.status]).toEqual([{ a: 1 }, { type: 'ready' }])
})
