import { describe, expect, test } from 'vitest'
import { TwinError } from '../../../core/src/errors.ts'
import type { TwinStorage } from '../../../core/src/session/storage.ts'
import { settle } from '../fake-clock.ts'
import { peek } from '../open-scripted.ts'
import { createOrigin, openTabs } from './open-tabs.ts'

function createMemoryStorage(): TwinStorage & { readonly texts: ReadonlyMap<string, string> } {
  const texts = new Map<string, string>()
  return {
    texts,
    get: (key) => texts.get(key),
    set: (key, text) => void texts.set(key, text),
    remove: (key) => void texts.delete(key),
  }
}

describe('openSharedTwin(), when the leader', () => {
  test('closes, lets the next tab lead after its own connection has ended', async () => {
    const { hub, tabs } = await openTabs(3, { desired: { $version: 4, a: 1 } })
    const changes: unknown[] = []
    tabs[2].twin.onDesired(({ patch, version }) => changes.push([version, patch]))
    await settle()
    await tabs[0].twin.close()
    await settle()
    expect(tabs.map(({ twin }) => twin.role.type)).toEqual(['closed', 'leader', 'follower'])
    expect(hub.wires.map(({ closed }) => closed)).toEqual([true, false])
    expect(tabs[2].twin.status).toEqual({ type: 'connecting', attempt: 1 })
    expect(tabs[2].twin.desired).toEqual({ a: 1 })
    hub.wire.sync({ desired: { $version: 6, a: 1, b: 2 } })
    await settle()
    expect(changes).toEqual([
      [4, { a: 1 }],
      [6, { b: 2 }],
    ])
    expect(tabs[2].twin.status).toEqual({ type: 'ready' })
  })

  test('closes, keeps the lock until its connection has ended', async () => {
    const { hub, tabs } = await openTabs(2)
    let gone = (): void => {}
    hub.goodbye = new Promise((resolve) => {
      gone = resolve
    })
    const closing = tabs[0].twin.close()
    await settle()
    expect([tabs[1].twin.role.type, hub.wires.length]).toEqual(['follower', 1])
    gone()
    await closing
    await settle()
    expect([tabs[1].twin.role.type, hub.wires.length]).toEqual(['leader', 2])
  })

  test('changes and the twin does not, causes no calls of listeners', async () => {
    const { hub, tabs } = await openTabs(3, { desired: { $version: 4, a: 1 } })
    const changes: unknown[] = []
    tabs[2].twin.onDesired((change) => changes.push(change))
    tabs[2].twin.onReported((change) => changes.push(change))
    await settle()
    tabs[0].tab.crash()
    await settle()
    hub.wire.sync({ desired: { $version: 4, a: 1 } })
    await settle()
    expect(changes.length).toBe(2)
  })

  test('crashes before the hub answers, leaves the reports of the others to the next leader, in order', async () => {
    const { hub, tabs, payloads } = await openTabs(3)
    const reports = [tabs[1].twin.report({ a: 1 }), tabs[2].twin.report({ b: 1 }), tabs[2].twin.report({ b: 2 })]
    await settle()
    expect(payloads()).toEqual(['{"a":1}'])
    tabs[0].tab.crash()
    await settle()
    hub.wire.sync({ reported: { $version: 2, a: 1 } })
    await settle()
    expect(payloads().slice(1)).toEqual(['{"a":1,"b":2}'])
    hub.wire.answer(204, '', 3)
    expect(await Promise.all(reports)).toEqual([3, 3, 3])
  })

  test('closes with unsent reports of others, hands them over, once and in order', async () => {
    const { hub, tabs, payloads } = await openTabs(3)
    const own = tabs[0].twin.report({ own: 1 }).catch((error: unknown) => error)
    const reports = [tabs[2].twin.report({ a: 1 }), tabs[1].twin.report({ a: 2 }), tabs[2].twin.report({ a: 3 })]
    await settle()
    await tabs[2].twin.refresh({ signal: AbortSignal.abort() }).catch(() => {})
    await tabs[0].twin.close()
    expect(await own).toMatchObject({ code: 'ERR_CLOSED' })
    await settle()
    hub.wire.sync({})
    await settle()
    hub.wire.answer(204, '', 2)
    expect(await Promise.all(reports)).toEqual([2, 2, 2])
    expect(payloads().slice(1)).toEqual(['{"a":3}'])
  })

  test('closes after a follower has closed, hands the report of the follower over', async () => {
    const { hub, tabs, payloads } = await openTabs(3)
    void tabs[0].twin.report({ own: 1 }).catch(() => {})
    void tabs[1].twin.report({ a: 1 }).catch(() => {})
    await settle()
    await tabs[1].twin.close()
    await tabs[0].twin.close()
    await settle()
    hub.wire.sync({})
    await settle()
    expect(payloads().slice(1)).toEqual(['{"a":1}'])
  })

  test('sleeps, hands its reports over, and gets the outcomes when it wakes', async () => {
    const { hub, tabs, payloads } = await openTabs(2)
    const reports = [tabs[0].twin.report({ a: 1 }), tabs[0].twin.report({ b: 1 })]
    await settle()
    tabs[0].emit('sleep')
    expect(tabs[0].twin.status).toMatchObject({ type: 'waiting', error: { code: 'ERR_INTERRUPTED' } })
    expect(tabs[0].twin.role.type).toBe('joining')
    await settle()
    expect(hub.wires.map(({ closed }) => closed)).toEqual([true, false])
    hub.wire.sync({})
    await settle()
    hub.wire.answer(204, '', 5)
    await settle()
    expect(await peek(Promise.all(reports))).toBeUndefined()
    tabs[0].emit('wake')
    await settle()
    expect(tabs.map(({ twin }) => twin.role.type)).toEqual(['follower', 'leader'])
    expect(await Promise.all(reports)).toEqual([5, 5])
    expect(tabs[0].twin.reported).toEqual({ a: 1, b: 1 })
    expect(payloads().slice(1)).toEqual(['{"a":1,"b":1}'])
  })

  test('sleeps as the only tab, leads again after a while even without a wake', async () => {
    const { hub, tabs, payloads, clock } = await openTabs(1)
    const report = tabs[0].twin.report({ a: 1 })
    tabs[0].emit('sleep')
    await settle()
    expect(hub.wire.closed).toBe(true)
    await clock.advance(60_000)
    expect(tabs[0].twin.role.type).toBe('leader')
    hub.wire.sync({})
    await settle()
    hub.wire.answer(204, '', 2)
    expect(await report).toBe(2)
    expect(payloads()).toEqual(['{"a":1}', '{"a":1}'])
  })

  test('has a storage, leaves its own reports there, and the next leader sends them once', async () => {
    const reportStorage = createMemoryStorage()
    const { hub, tabs, payloads } = await openTabs(2, {}, { reportStorage })
    hub.wire.drop()
    await settle()
    void tabs[0].twin.report({ own: 1 }).catch(() => {})
    const others = [tabs[1].twin.report({ other: null }), tabs[1].twin.report({ other: { a: 1 } })]
    await settle()
    await tabs[0].twin.close()
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
    expect(reportStorage.texts.size).toBe(0)
  })

  test('sleeps with a storage, and its report does not undo a newer one when it wakes', async () => {
    const reportStorage = createMemoryStorage()
    const { hub, tabs, payloads } = await openTabs(2, {}, { reportStorage })
    hub.wire.drop()
    await settle()
    const old = tabs[0].twin.report({ a: 'old' })
    await settle()
    tabs[0].emit('sleep')
    await settle()
    hub.wire.sync({})
    await settle()
    hub.wire.answer(204, '', 2)
    await settle()
    const newer = tabs[1].twin.report({ a: 'new' })
    await settle()
    hub.wire.answer(204, '', 3)
    expect(await newer).toBe(3)
    tabs[0].emit('wake')
    expect(await old).toBe(2)
    await settle()
    expect(payloads()).toEqual(['{"a":"old"}', '{"a":"new"}'])
    expect(tabs.map(({ twin }) => twin.reported)).toEqual([{ a: 'new' }, { a: 'new' }])
    expect(reportStorage.texts.size).toBe(0)
  })

  test('sleeps with a storage as the only tab, leaves its unsent reports there', async () => {
    const reportStorage = createMemoryStorage()
    const { hub, tabs } = await openTabs(1, {}, { reportStorage })
    hub.wire.drop()
    void tabs[0].twin.report({ a: 1 }).catch(() => {})
    await settle()
    tabs[0].emit('sleep')
    await settle()
    expect([...reportStorage.texts.values()]).toEqual(['[{"a":1}]'])
  })

  test('sleeps, lets the next tab lead at once, because a frozen page cannot wait', async () => {
    const { hub, tabs } = await openTabs(2)
    let gone = (): void => {}
    hub.goodbye = new Promise((resolve) => {
      gone = resolve
    })
    tabs[0].emit('sleep')
    await settle()
    expect([tabs[1].twin.role.type, hub.wires.length]).toEqual(['leader', 2])
    gone()
  })

  test('closes, rejects its own report, and says whether the hub may have it', async () => {
    const { tabs } = await openTabs(2)
    const reports = [tabs[0].twin.report({ a: 1 }), tabs[0].twin.report({ b: 1 })]
    const settled = Promise.allSettled(reports)
    await settle()
    await tabs[0].twin.close()
    expect((await settled).map((result) => (result as { reason?: Error }).reason?.message)).toEqual([
      'Twin was closed before the hub confirmed the patch; the hub may have it',
      'Twin was closed before the patch was sent',
    ])
  })

  test('closes while it reads the twin for a follower, leaves the read to the next leader', async () => {
    const { hub, tabs } = await openTabs(2)
    const document = tabs[1].twin.refresh()
    await settle()
    await tabs[0].twin.close()
    await settle()
    hub.wire.sync({ desired: { $version: 3, a: 1 } })
    expect((await document).desired).toEqual({ a: 1 })
  })

  test('sleeps while it reads the twin, gets the twin from the next leader when it wakes', async () => {
    const { hub, tabs } = await openTabs(2)
    const document = tabs[0].twin.refresh()
    await settle()
    tabs[0].emit('sleep')
    await settle()
    hub.wire.sync({ desired: { $version: 3, a: 1 } })
    await settle()
    tabs[0].emit('wake')
    await settle()
    hub.wire.answer(200, { desired: { $version: 4, a: 2 }, reported: { $version: 1 } })
    expect((await document).desired).toEqual({ a: 2 })
  })

  test('gets no token, closes with the reason, and the next tab tries its own credentials', async () => {
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
})
