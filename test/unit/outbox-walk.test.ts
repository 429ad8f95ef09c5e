import { describe, expect, test } from 'vitest'
import { mergePatch } from '../support/merge-patch.ts'
import { next } from '../../core/src/twin/outbox/outbox-machine.ts'
import {
  createOutboxState,
  isBusy,
  type OutboxInput,
  type OutboxState,
} from '../../core/src/twin/outbox/outbox-states.ts'
import { entriesOf } from '../../core/src/twin/outbox/queue.ts'
import { failed, type Node, PATCHES, walk } from './outbox-walk.ts'

/** The patches that the hub has not accepted. */
const queued = ({ state }: Node): unknown[] => entriesOf(state.queue).map(({ patch }) => patch)

describe.each([
  ['without a storage', false, PATCHES],
  // The storage multiplies the states.
  ['with a storage', true, PATCHES.slice(1)],
])('The outbox %s, over every state and input,', (_, hasStorage, reports) => {
  const { nodes, edges } = walk(hasStorage, reports)

  test('reaches every kind of state', () => {
    expect(nodes.length).toBeGreaterThan(300)
    expect(new Set(nodes.map(({ state }) => (state.type === 'open' ? state.request.type : state.type)))).toEqual(
      new Set(['none', 'inFlight', 'backingOff', 'closed']),
    )
    expect(new Set(nodes.map(({ state }) => state.storage))).toEqual(
      new Set(hasStorage ? ['busy', 'dirty', 'saved'] : ['none']),
    )
  })

  test('leaves no caller waiting after a close, and ends when the storage has the queue', () => {
    const closed = nodes.filter(({ state }) => state.type === 'closed')
    expect(closed.filter(({ waiting }) => waiting.length > 0)).toEqual([])
    expect(closed.filter(({ storage, hasEnded }) => hasEnded !== (storage === 'none' || storage === 'idle'))).toEqual(
      [],
    )
    for (const node of closed.filter(({ storage }) => storage === 'idle')) expect(node.stored).toEqual(queued(node))
  })

  test('keeps waiting callers only for queued reports', () => {
    const wrong = nodes.filter(
      ({ state, waiting }) => entriesOf(state.queue).reduce((sum, entry) => sum + entry.waiting, 0) !== waiting.length,
    )
    expect(wrong.filter(({ state }) => state.type === 'open')).toEqual([])
  })

  test('sends whenever it can', () => {
    const idle = nodes.filter(
      ({ state }) =>
        state.type === 'open' &&
        state.connection === 'up' &&
        state.request.type === 'none' &&
        ['none', 'saved'].includes(state.storage),
    )
    expect(idle.length).toBeGreaterThan(0)
    expect(idle.filter((node) => queued(node).length > 0)).toEqual([])
  })

  test('brings the hub to the state after all reports, in order, whatever was lost', () => {
    const done = nodes.filter(
      (node) =>
        node.count === reports.length &&
        node.state.type === 'open' &&
        queued(node).length === 0 &&
        node.canceled.length + node.rejected.length === 0,
    )
    expect(done.length).toBeGreaterThan(0)
    for (const { hub } of done) expect(hub).toMatchObject(reports.reduce(mergePatch, {}))
  })

  test('forgets a canceled report that the hub cannot have', () => {
    const canceled = nodes.flatMap(({ state }) =>
      state.type === 'open' ? entriesOf(state.queue).filter(({ waiting, lastId }) => waiting === 0 && lastId > 0) : [],
    )
    expect(canceled.length).toBeGreaterThan(0)
    expect(canceled.filter(({ isSent }) => !isSent)).toEqual([])
  })

  test('rejects at its close, and says whether the hub may have a patch', () => {
    const messages = edges.flatMap(({ from, input, effects }) =>
      input.type !== 'close'
        ? []
        : effects.flatMap((effect) =>
            effect.type === 'reject'
              ? [
                  [
                    effect.error.message,
                    entriesOf(from.state.queue).find(({ lastId }) => lastId === effect.through)?.isSent,
                  ],
                ]
              : [],
          ),
    )
    expect(new Set(messages.map((message) => message.join()))).toEqual(
      new Set([
        'Twin was closed before the hub confirmed the patch; the hub may have it,true',
        `Twin was closed before the patch was sent${hasStorage ? '; the storage keeps it' : ''},false`,
      ]),
    )
  })

  test('sends only reports that the storage has', () => {
    const sent = edges.filter(({ effects }) => effects.some(({ type }) => type === 'send'))
    const wrong = sent.filter(({ to }) => hasStorage && JSON.stringify(to.stored) !== JSON.stringify(queued(to)))
    expect(wrong).toEqual([])
  })

  test('stays the same on an input that its state does not expect', () => {
    const wrong = nodes.flatMap(({ state }) =>
      unexpected(state).filter((input) => {
        const [after, effects] = next(state, input)
        return after !== state || effects.length > 0
      }),
    )
    expect(wrong).toEqual([])
  })
})

function unexpected(state: OutboxState): readonly OutboxInput[] {
  const request = state.type === 'open' ? state.request.type : 'none'
  const inputs: readonly (OutboxInput | false)[] = [
    state.type === 'closed' && { type: 'report', id: 9, patch: {} },
    state.type === 'closed' && { type: 'resume' },
    state.type === 'closed' && { type: 'close', cause: undefined },
    request !== 'inFlight' && { type: 'outcome', outcome: failed('ERR_TIMEOUT') },
    request !== 'backingOff' && { type: 'retry' },
    !isBusy(state) && { type: 'stored', patches: [{ a: 1 }] },
  ]
  return inputs.filter((input) => input !== false)
}

describe('The outbox', () => {
  test('folds 10,000 reports that wait for the hub in linear time', () => {
    // Reads of a key stand for the time. Each report has its own object, so that no read is shared.
    let reads = 0
    const counted = (count: number): { readonly count: number } =>
      new Proxy({ count }, { ownKeys: (target) => (reads++, Reflect.ownKeys(target)) })
    const readsFor = (reports: number): number => {
      reads = 0
      let state = createOutboxState(false)
      for (let id = 1; id <= reports; id++) [state] = next(state, { type: 'report', id, patch: counted(id) })
      const [, effects] = next(state, { type: 'resume' })
      expect(effects).toEqual([{ type: 'send', patch: { count: reports } }])
      return reads
    }
    const [few, many] = [readsFor(1000), readsFor(10_000)]
    expect(many).toBeLessThan(few * 15)
  })
})
