import { describe, expect, test } from 'vitest'
import { settle } from '../fake-clock.ts'
import { createOrigin, DESIRED, openTabs } from './open-tabs.ts'

describe('openSharedTwin(), when a listener closes it', () => {
  test('as soon as it wakes, stays closed', async () => {
    const { hub, clock, tabs } = await openTabs(1)
    tabs[0].emit('sleep')
    await settle()
    tabs[0].twin.onStatus(({ type }) => {
      if (type === 'connecting') void tabs[0].twin.close()
    })
    await settle()
    tabs[0].emit('wake')
    await settle()
    expect([tabs[0].twin.role.type, hub.wires.length, clock.pending]).toEqual(['closed', 1, 0])
  })

  test.each(['leader', 'connecting'])('as soon as it leads (%s), lets the next tab lead', async (moment) => {
    const { hub, clock, tabs } = await openTabs(3)
    const close = ({ type }: { readonly type: string }): void => {
      if (type === moment) void tabs[1].twin.close()
    }
    tabs[1].twin.onRole(close)
    tabs[1].twin.onStatus(close)
    await settle()
    await tabs[0].twin.close()
    await settle()
    expect(tabs.map(({ twin }) => twin.role.type)).toEqual(['closed', 'closed', 'leader'])
    hub.wire.sync({})
    await settle()
    expect(tabs.map(({ twin }) => twin.status.type)).toEqual(['closed', 'closed', 'ready'])
    await tabs[2].twin.close()
    expect(clock.pending).toBe(0)
  })

  test('as soon as it follows, stays closed', async () => {
    const { hub, tabs } = await openTabs(2)
    const { twin, emit } = tabs[1]
    emit('sleep')
    twin.onRole(({ type }) => {
      if (type === 'follower') void twin.close()
    })
    await settle()
    hub.wire.message(`${DESIRED}2`, { a: 1 })
    emit('wake')
    await settle()
    expect([twin.role.type, twin.status, twin.desired]).toEqual(['closed', { type: 'closed' }, {}])
  })

  test.each(['onRole', 'onStatus', 'onDesired'] as const)('from within %s, stays closed', async (listen) => {
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
