import { expect, test, vi } from 'vitest'
import { createLeader, type Leader } from '../../../core/src/tabs/leader.ts'
import type { Notice } from '../../../core/src/tabs/messages.ts'
import type { HubLink } from '../../../core/src/twin/hub-link.ts'

function startLeader(): { leader: Leader; report: ReturnType<typeof vi.fn>; notices: Notice[] } {
  const report = vi.fn<HubLink['report']>((_patch, waiter) => {
    waiter.resolve(7)
    return () => {}
  })
  const notices: Notice[] = []
  const leader = createLeader({
    tab: 'own',
    term: 'term',
    openLink: () => ({
      ...{ start() {}, report, refresh: () => () => {}, wake() {}, sleep() {}, close: async () => {} },
    }),
    emit: (notice) => notices.push(notice),
    snapshot: () => ({ status: { type: 'ready' } }),
    hasStorage: false,
    onClosed() {},
  })
  leader.start([])
  return { leader, report, notices }
}

const call = (tab: string) =>
  ({ type: 'call', tab, term: 'term', id: 1, call: { type: 'report', patch: { a: 1 } } }) as const

test('createLeader() repeats an outcome until the tab has got it, and then forgets it', () => {
  const { leader, report, notices } = startLeader()
  leader.handleRequest(call('other'))
  leader.handleRequest(call('other'))
  expect(report).toHaveBeenCalledTimes(1)
  const outcome = { type: 'outcome', tab: 'other', term: 'term', id: 1, outcome: { type: 'done', version: 7 } }
  expect(notices.slice(1)).toEqual([outcome, outcome])
  leader.handleRequest({ type: 'hello', tab: 'third', nonce: 1, open: 5 })
  leader.handleRequest(call('other'))
  expect(report).toHaveBeenCalledTimes(1)
  leader.handleRequest({ type: 'hello', tab: 'other', nonce: 1, open: 2 })
  leader.handleRequest(call('other'))
  expect(report).toHaveBeenCalledTimes(2)
})

test('createLeader() keeps no outcome of its own tab, which misses none', () => {
  const { leader, report } = startLeader()
  leader.handleRequest(call('own'))
  leader.handleRequest(call('own'))
  expect(report).toHaveBeenCalledTimes(2)
})
