import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { TwinStorage } from '../../core/src/session/storage.ts'
import type { Channel } from '../../core/src/tabs/tabs.ts'
import { settle } from './fake-clock.ts'
import type { FakeBrowser } from './fake-tabs.ts'
import { createOrigin, openTabs } from './open-tabs.ts'
import { peek } from './open-scripted.ts'

const DESIRED = '$iothub/twin/PATCH/properties/desired/?$version='

/** Somebody else on the same channel. */
function stranger(browser: FakeBrowser): Channel {
  return browser.newTab().openChannel('hubtwin/contoso.azure-devices.net/device1/1', () => {})
}

describe('openSharedTwin(), when the leader', () => {
  test('closes, has another take over after its own connection is gone', async () => {
    const { hub, tabs } = await openTabs(3, { desired: { $version: 4, a: 1 } })
    const changes: unknown[] = []
    tabs[2]?.twin.onDesired(({ patch, version }) => changes.push([version, patch]))
    await settle()
    await tabs[0]?.twin.close()
    await settle()
    expect(tabs.map(({ twin }) => twin.role.type)).toEqual(['closed', 'leader', 'follower'])
    expect(hub.wires.map(({ closed }) => closed)).toEqual([true, false])
    expect(tabs[2]?.twin.status).toEqual({ type: 'connecting', attempt: 1 })
    expect(tabs[2]?.twin.desired).toEqual({ a: 1 })
    hub.wire.sync({ desired: { $version: 6, a: 1, b: 2 } })
    await settle()
    expect(changes).toEqual([
      [4, { a: 1 }],
      [6, { b: 2 }],
    ])
    expect(tabs[2]?.twin.status).toEqual({ type: 'ready' })
  })

  test('closes, holds on to the lock until its connection is gone', async () => {
    const { hub, tabs } = await openTabs(2)
    let gone = (): void => {}
    hub.goodbye = new Promise((resolve) => {
      gone = resolve
    })
    const closing = tabs[0]?.twin.close()
    await settle()
    expect([tabs[1]?.twin.role.type, hub.wires.length]).toEqual(['follower', 1])
    gone()
    await closing
    await settle()
    expect([tabs[1]?.twin.role.type, hub.wires.length]).toEqual(['leader', 2])
  })

  test('changes and nothing else has, tells nobody anything', async () => {
    const { hub, tabs } = await openTabs(3, { desired: { $version: 4, a: 1 } })
    const changes: unknown[] = []
    tabs[2]?.twin.onDesired((change) => changes.push(change))
    tabs[2]?.twin.onReported((change) => changes.push(change))
    await settle()
    tabs[0]?.tab.crash()
    await settle()
    hub.wire.sync({ desired: { $version: 4, a: 1 } })
    await settle()
    expect(changes.length).toBe(2)
  })

  test('crashes between hand-over and answer, has the next one send what was handed over, in order', async () => {
    const { hub, tabs, payloads } = await openTabs(3)
    const reports = [tabs[1]?.twin.report({ a: 1 }), tabs[2]?.twin.report({ b: 1 }), tabs[2]?.twin.report({ b: 2 })]
    await settle()
    expect(payloads()).toEqual(['{"a":1}'])
    tabs[0]?.tab.crash()
    await settle()
    hub.wire.sync({ reported: { $version: 2, a: 1 } })
    await settle()
    expect(payloads().slice(1)).toEqual(['{"a":1,"b":2}'])
    hub.wire.answer(204, '', 3)
    expect(await Promise.all(reports)).toEqual([3, 3, 3])
  })

  test('closes with reports of others that are not sent, leaves them to the next, once and in order', async () => {
    const { hub, tabs, payloads } = await openTabs(3)
    const own = tabs[0]?.twin.report({ own: 1 }).catch((error: unknown) => error)
    const reports = [tabs[2]?.twin.report({ a: 1 }), tabs[1]?.twin.report({ a: 2 }), tabs[2]?.twin.report({ a: 3 })]
    await settle()
    await tabs[2]?.twin.refresh({ signal: AbortSignal.abort() }).catch(() => {})
    await tabs[0]?.twin.close()
    expect(await own).toMatchObject({ code: 'ERR_CLOSED' })
    await settle()
    hub.wire.sync({})
    await settle()
    hub.wire.answer(204, '', 2)
    expect(await Promise.all(reports)).toEqual([2, 2, 2])
    expect(payloads().slice(1)).toEqual(['{"a":3}'])
  })

  test('closes after a follower did, brings what that one handed over to the hub all the same', async () => {
    const { hub, tabs, payloads } = await openTabs(3)
    void tabs[0]?.twin.report({ own: 1 }).catch(() => {})
    void tabs[1]?.twin.report({ a: 1 }).catch(() => {})
    await settle()
    await tabs[1]?.twin.close()
    await tabs[0]?.twin.close()
    await settle()
    hub.wire.sync({})
    await settle()
    expect(payloads().slice(1)).toEqual(['{"a":1}'])
  })

  test('is put to sleep, has the next one send what it had reported, and learns the outcome when it wakes', async () => {
    const { hub, tabs, payloads } = await openTabs(2)
    const reports = [tabs[0]?.twin.report({ a: 1 }), tabs[0]?.twin.report({ b: 1 })]
    await settle()
    tabs[0]?.tell('sleep')
    expect(tabs[0]?.twin.status).toMatchObject({ type: 'waiting', error: { code: 'ERR_INTERRUPTED' } })
    expect(tabs[0]?.twin.role.type).toBe('joining')
    await settle()
    expect(hub.wires.map(({ closed }) => closed)).toEqual([true, false])
    hub.wire.sync({})
    await settle()
    hub.wire.answer(204, '', 5)
    await settle()
    expect(await peek(Promise.all(reports))).toBeUndefined()
    tabs[0]?.tell('wake')
    await settle()
    expect(tabs.map(({ twin }) => twin.role.type)).toEqual(['follower', 'leader'])
    expect(await Promise.all(reports)).toEqual([5, 5])
    expect(tabs[0]?.twin.reported).toEqual({ a: 1, b: 1 })
    expect(payloads().slice(1)).toEqual(['{"a":1,"b":1}'])
  })

  test('is put to sleep alone, leads again when it wakes, or when nobody wakes it', async () => {
    const { hub, tabs, payloads, clock } = await openTabs(1)
    const report = tabs[0]?.twin.report({ a: 1 })
    tabs[0]?.tell('sleep')
    await settle()
    expect(hub.wire.closed).toBe(true)
    await clock.advance(60_000)
    expect(tabs[0]?.twin.role.type).toBe('leader')
    hub.wire.sync({})
    await settle()
    hub.wire.answer(204, '', 2)
    expect(await report).toBe(2)
    expect(payloads()).toEqual(['{"a":1}', '{"a":1}'])
  })

  test('has a storage, leaves there what it reported itself, and the next one sends it once', async () => {
    const texts = new Map<string, string>()
    const reportStorage: TwinStorage = {
      get: (key) => texts.get(key),
      set: (key, text) => void texts.set(key, text),
      remove: (key) => void texts.delete(key),
    }
    const { hub, tabs, payloads } = await openTabs(2, {}, { reportStorage })
    hub.wire.drop()
    await settle()
    void tabs[0]?.twin.report({ own: 1 }).catch(() => {})
    const others = [tabs[1]?.twin.report({ other: null }), tabs[1]?.twin.report({ other: { a: 1 } })]
    await settle()
    await tabs[0]?.twin.close()
    await settle()
    hub.wire.sync({})
    await settle()
    for (const version of [2, 3]) {
      hub.wire.answer(204, '', version)
      await settle()
    }
    expect(await Promise.all(others)).toEqual([2, 3])
    // Doing both twice would take more than two.
    expect(payloads()).toEqual(['{"own":1,"other":null}', '{"other":{"a":1}}'])
    await settle()
    expect(texts.size).toBe(0)
  })

  test('speaks too late, is not listened to', async () => {
    const { hub, tabs } = await openTabs(3, { desired: { $version: 2, a: 'old' } })
    const versions: number[] = []
    tabs[2]?.twin.onDesired(({ version }) => versions.push(version))
    await settle()
    tabs[0]?.tab.delay()
    hub.wire.message(`${DESIRED}3`, { a: 'late' })
    await tabs[0]?.twin.close()
    await settle()
    hub.wire.sync({ desired: { $version: 4, a: 'new' } })
    await settle()
    tabs[0]?.tab.deliver()
    await settle()
    expect(versions).toEqual([2, 4])
    expect(tabs[2]?.twin.desired).toEqual({ a: 'new' })
    hub.wire.message(`${DESIRED}5`, { a: 'newer' })
    await settle()
    expect(versions).toEqual([2, 4, 5])
  })

  test('answers a hello too late, is not followed', async () => {
    const origin = createOrigin()
    const first = await origin.open()
    const heir = await origin.open()
    origin.hub.wire.sync({ desired: { $version: 2, a: 'old' } })
    await settle()
    first.tab.delay()
    const late = await origin.open()
    expect(late.twin.role.type).toBe('joining')
    first.tab.crash()
    await settle()
    expect(late.twin.role.type).toBe('follower')
    origin.hub.wire.sync({ desired: { $version: 3, a: 'new' } })
    first.tab.deliver()
    await settle()
    expect([heir.twin.desired, late.twin.desired]).toEqual([{ a: 'new' }, { a: 'new' }])
  })

  test('has done a report while a follower asks who leads, ends the wait when that has the state', async () => {
    const { hub, tabs, payloads, browser } = await openTabs(2)
    const [leader, follower] = tabs
    const seen = follower?.twin.report({ a: 1 }).then(() => follower.twin.reported)
    await settle()
    leader?.tab.delay()
    hub.wire.answer(204, '', 2)
    stranger(browser).post({ type: 'lead', term: 'a late one' })
    await settle()
    leader?.tab.deliver()
    expect(await seen).toEqual({ a: 1 })
    expect(payloads()).toEqual(['{"a":1}'])
  })

  test('has done a report and is heard only when another leads, is believed: nobody does it again', async () => {
    const { hub, tabs, payloads, browser } = await openTabs(3)
    const report = tabs[2]?.twin.report({ a: 1 })
    await settle()
    tabs[0]?.tab.delay()
    hub.wire.answer(204, '', 2)
    tabs[1]?.tab.delay()
    tabs[0]?.tab.crash()
    await settle()
    stranger(browser).post({ type: 'lead', term: 'a late one' })
    await settle()
    tabs[0]?.tab.deliver()
    await settle()
    tabs[1]?.tab.deliver()
    await settle()
    hub.wire.sync({ reported: { $version: 2, a: 1 } })
    await settle()
    expect(await report).toBe(2)
    expect(payloads()).toEqual(['{"a":1}'])
  })

  test('has done a report that the next one hears of when it leads already, is not repeated', async () => {
    const { hub, tabs, payloads } = await openTabs(3)
    tabs[1]?.tab.stall()
    const report = tabs[2]?.twin.report({ a: 1 })
    await settle()
    hub.wire.answer(204, '', 2)
    expect(await report).toBe(2)
    await tabs[0]?.twin.close()
    await settle()
    expect(tabs[1]?.twin.role.type).toBe('leader')
    tabs[1]?.tab.hear()
    hub.wire.sync({ reported: { $version: 2, a: 1 } })
    await settle()
    expect(payloads()).toEqual(['{"a":1}'])
  })

  test('has left something that the next one hears of when it leads already, has it done', async () => {
    const { hub, tabs, payloads } = await openTabs(3)
    hub.wire.drop()
    await settle()
    void tabs[2]?.twin.report({ a: 1 }).catch(() => {})
    await settle()
    await tabs[2]?.twin.close()
    tabs[1]?.tab.stall()
    await tabs[0]?.twin.close()
    await settle()
    expect(tabs[1]?.twin.role.type).toBe('leader')
    tabs[1]?.tab.hear()
    hub.wire.sync({})
    await settle()
    expect(payloads()).toEqual(['{"a":1}'])
  })

  test('has left something that was done since, is not done again by the one after the next', async () => {
    const { hub, tabs, payloads } = await openTabs(3)
    hub.wire.drop()
    await settle()
    const old = tabs[2]?.twin.report({ a: 'old' })
    await settle()
    await tabs[0]?.twin.close()
    await settle()
    hub.wire.sync({})
    await settle()
    hub.wire.answer(204, '', 2)
    await old
    const newer = tabs[1]?.twin.report({ a: 'newer' })
    await settle()
    hub.wire.answer(204, '', 3)
    await newer
    await tabs[1]?.twin.close()
    await settle()
    hub.wire.sync({ reported: { $version: 3, a: 'newer' } })
    await settle()
    expect(tabs[2]?.twin.role.type).toBe('leader')
    expect(payloads()).toEqual(['{"a":"old"}', '{"a":"newer"}'])
  })

  test('closes while it reads the twin for a follower, has the next one read it', async () => {
    const { hub, tabs } = await openTabs(2)
    const document = tabs[1]?.twin.refresh()
    await settle()
    await tabs[0]?.twin.close()
    await settle()
    hub.wire.sync({ desired: { $version: 3, a: 1 } })
    expect((await document)?.desired).toEqual({ a: 1 })
  })

  test('is put to sleep while it reads the twin, has the next one read it for the tab that wakes', async () => {
    const { hub, tabs } = await openTabs(2)
    const document = tabs[0]?.twin.refresh()
    await settle()
    tabs[0]?.tell('sleep')
    await settle()
    hub.wire.sync({ desired: { $version: 3, a: 1 } })
    await settle()
    tabs[0]?.tell('wake')
    await settle()
    hub.wire.answer(200, { desired: { $version: 4, a: 2 }, reported: { $version: 1 } })
    expect((await document)?.desired).toEqual({ a: 2 })
  })

  test('has no right to a token, closes with the reason, and another tries with its own', async () => {
    const origin = createOrigin()
    let isValid = true
    const leader = await origin.open({}, async () => {
      if (isValid) return { password: 'a token', expiresAt: origin.clock.now() + 3_600_000 }
      throw new TwinError('ERR_TOKEN', 'device was sold', { retriable: false })
    })
    const follower = await origin.open()
    origin.hub.wire.sync({})
    await settle()
    isValid = false
    origin.hub.wire.drop()
    const report = follower.twin.report({ a: 1 })
    await origin.clock.advance(1000)
    expect(leader.twin.status).toMatchObject({ type: 'closed', error: { message: 'device was sold' } })
    expect(leader.twin.role.type).toBe('closed')
    expect(follower.twin.role.type).toBe('leader')
    origin.hub.wire.sync({})
    await settle()
    origin.hub.wire.answer(204, '', 2)
    expect(await report).toBe(2)
  })

  test('loses its lock to a thief, follows whoever leads then', async () => {
    const { hub, tabs } = await openTabs(2)
    const report = tabs[0]?.twin.report({ a: 1 })
    await settle()
    tabs[0]?.tab.steal('hubtwin/contoso.azure-devices.net/device1')
    await settle()
    expect(tabs.map(({ twin }) => twin.role.type)).toEqual(['follower', 'leader'])
    expect(hub.wires.map(({ closed }) => closed)).toEqual([true, false])
    hub.wire.sync({})
    await settle()
    hub.wire.answer(204, '', 2)
    expect(await report).toBe(2)
  })

  test('does not answer, tells the followers after a while, and is followed again when it does', async () => {
    const { hub, tabs, clock } = await openTabs(2)
    if (tabs[0] === undefined || tabs[1] === undefined) throw new Error('No tabs')
    tabs[0].tab.deaf = true
    tabs[0].tab.delay()
    await clock.advance(10_000 + 5000)
    expect(tabs[1].twin.status).toMatchObject({
      type: 'waiting',
      retryInMs: 10_000,
      error: { code: 'ERR_TIMEOUT', message: 'Tab that holds the connection does not answer' },
    })
    const refresh = tabs[1].twin.refresh().catch((error: unknown) => error)
    const report = tabs[1].twin.report({ a: 1 })
    await clock.advance(30_000)
    expect(await refresh).toMatchObject({ code: 'ERR_TIMEOUT' })
    hub.wire.message(`${DESIRED}2`, { a: 1 })
    tabs[0].tab.deaf = false
    tabs[0].tab.deliver()
    await clock.advance(10_000)
    expect(tabs[1].twin.status).toEqual({ type: 'ready' })
    expect(tabs[1].twin.desired).toEqual({ a: 1 })
    hub.wire.answer(204, '', 2)
    expect(await report).toBe(2)
  })
})

describe('openSharedTwin(), when a follower', () => {
  test('misses a message, asks for the state, and gets what lies between as one change', async () => {
    const { hub, tabs } = await openTabs(2)
    if (tabs[1] === undefined) throw new Error('No tab')
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

  test('misses the outcome of its report, gets it with the state, and the hub gets no second', async () => {
    const { hub, tabs, payloads, clock } = await openTabs(2)
    if (tabs[1] === undefined) throw new Error('No tab')
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

  test('is put to sleep and shown again, is in step, with one change for all it missed', async () => {
    const { hub, tabs } = await openTabs(2)
    const versions: number[] = []
    tabs[1]?.twin.onDesired(({ version }) => versions.push(version))
    await settle()
    tabs[1]?.tell('sleep')
    for (const version of [2, 3]) hub.wire.message(`${DESIRED}${version}`, { a: version })
    await settle()
    tabs[1]?.tell('wake')
    await settle()
    expect(versions).toEqual([1, 3])
    expect(tabs[1]?.twin.role.type).toBe('follower')
    expect(hub.wires.length).toBe(1)
  })

  test('is put to sleep, leaves the line for the lock', async () => {
    const { tabs } = await openTabs(3)
    tabs[1]?.tell('sleep')
    tabs[0]?.tab.crash()
    await settle()
    expect(tabs.map(({ twin }) => twin.role.type).slice(1)).toEqual(['joining', 'leader'])
  })

  test('asks again and again, costs an answer each and changes nothing', async () => {
    const { browser, tabs } = await openTabs(2)
    const statuses: string[] = []
    tabs[1]?.twin.onStatus(({ type }) => statuses.push(type))
    await settle()
    const before = browser.posted.length
    for (let count = 0; count < 50; count++) tabs[1]?.tell('wake')
    await settle()
    expect(browser.posted.slice(before).filter(({ type }) => type === 'welcome').length).toBe(50)
    expect(JSON.stringify(browser.posted.slice(before))).not.toContain('"state"')
    expect(statuses).toEqual(['ready'])
  })
})

describe('openSharedTwin(), when a listener closes it', () => {
  test('as soon as it wakes, does not come back', async () => {
    const { hub, clock, tabs } = await openTabs(1)
    tabs[0]?.tell('sleep')
    await settle()
    tabs[0]?.twin.onStatus(({ type }) => {
      if (type === 'connecting') void tabs[0]?.twin.close()
    })
    await settle()
    tabs[0]?.tell('wake')
    await settle()
    expect([tabs[0]?.twin.role.type, hub.wires.length, clock.pending]).toEqual(['closed', 1, 0])
  })

  test.each(['leader', 'connecting'])('as soon as it takes over (%s), lets the next one lead', async (moment) => {
    const { hub, clock, tabs } = await openTabs(3)
    const close = ({ type }: { readonly type: string }): void => {
      if (type === moment) void tabs[1]?.twin.close()
    }
    tabs[1]?.twin.onRole(close)
    tabs[1]?.twin.onStatus(close)
    await settle()
    await tabs[0]?.twin.close()
    await settle()
    expect(tabs.map(({ twin }) => twin.role.type)).toEqual(['closed', 'closed', 'leader'])
    hub.wire.sync({})
    await settle()
    expect(tabs.map(({ twin }) => twin.status.type)).toEqual(['closed', 'closed', 'ready'])
    await tabs[2]?.twin.close()
    expect(clock.pending).toBe(0)
  })

  test.each(['onRole', 'onStatus', 'onDesired'] as const)('from within %s, ends and stays closed', async (listen) => {
    const origin = createOrigin()
    const tabs = [await origin.open(), await origin.open()]
    for (const { twin } of tabs) {
      const close = (): void => void twin.close()
      if (listen === 'onDesired') twin.onDesired(close)
      else await Promise.resolve().then(() => twin[listen](close))
    }
    await settle()
    for (const wire of origin.hub.wires) if (!wire.closed) wire.sync({})
    await settle()
    for (const wire of origin.hub.wires) if (!wire.closed) wire.sync({})
    await settle()
    for (const { twin } of tabs) expect([twin.status.type, twin.role.type]).toEqual(['closed', 'closed'])
    expect(origin.clock.pending).toBe(0)
    expect(origin.hub.wires.every(({ closed }) => closed)).toBe(true)
  })
})

test.each([0, 1, 2, 3, 4, 5])(
  'openSharedTwin() closed %i moments after it was opened leaves no lock',
  async (moments) => {
    const origin = createOrigin()
    const controller = new AbortController()
    const opening = origin.open({ signal: controller.signal })
    for (let moment = 0; moment < moments; moment++) await Promise.resolve()
    controller.abort()
    await opening
    const second = await origin.open()
    expect(second.twin.role.type).toBe('leader')
    expect(origin.hub.wires.filter(({ closed }) => !closed).length).toBe(1)
  },
)

test('openSharedTwin() of ten tabs opened at once has one leader, and all are in step', async () => {
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

test('openSharedTwin() hears nonsense on its channel and goes on', async () => {
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
