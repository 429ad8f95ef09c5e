import { expect, test, vi } from 'vitest'
import { createLeader, type Leader } from '../../../core/src/tabs/leader.ts'
import type { Notice } from '../../../core/src/tabs/messages.ts'
import type { HubLink } from '../../../core/src/twin/hub-link.ts'

function startLeader(send?: HubLink['report']): {
  leader: Leader
  report: ReturnType<typeof vi.fn>
  notices: Notice[]
} {
  const report = vi.fn<HubLink['report']>((patch, waiter) => {
    if (send !== undefined) return send(patch, waiter)
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

const pending: HubLink['report'] = () => () => {}

test('createLeader() hands over a report of a caller that no longer waits', () => {
  const { leader, notices } = startLeader(pending)
  leader.handleRequest(call('other'))
  leader.handleRequest({ type: 'hello', tab: 'other', nonce: 1, open: 2 })
  void leader.leave('close')
  expect(notices.at(-1)).toEqual({ type: 'handover', reports: [{ tab: 'other', id: 1, patch: { a: 1 } }] })
})

test('createLeader() leaves without a handover when each report has an outcome', () => {
  const { leader, notices } = startLeader()
  leader.handleRequest(call('other'))
  void leader.leave('close')
  expect(notices.map(({ type }) => type)).toEqual(['lead', 'outcome'])
})

test('createLeader() forgets a canceled call, and ignores the cancellation of another', () => {
  const cancel = vi.fn()
  const { leader, notices } = startLeader(() => cancel)
  leader.handleRequest(call('other'))
  for (const id of [1, 2]) leader.handleRequest({ type: 'cancel', tab: 'other', term: 'term', id })
  void leader.leave('close')
  expect([cancel.mock.calls.length, notices.map(({ type }) => type)]).toEqual([1, ['lead']])
})

test('createLeader() rejects a report that the outbox has no place for, which a tab may cancel later', () => {
  const { leader, notices } = startLeader(() => {
    throw new RangeError('too many')
  })
  leader.handleRequest(call('other'))
  const outcome = { type: 'failed', error: new RangeError('too many') }
  expect(notices.slice(1)).toEqual([{ type: 'outcome', tab: 'other', term: 'term', id: 1, outcome }])
  leader.handleRequest({ type: 'cancel', tab: 'other', term: 'term', id: 1 })
  leader.handleRequest(call('other'))
  expect(notices.length).toBe(3)
})
