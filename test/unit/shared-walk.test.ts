import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { HandedOverReport } from '../../core/src/tabs/messages.ts'
import { next } from '../../core/src/tabs/shared-machine.ts'
import { roleOf, type SharedEffect, type SharedInput, type SharedState } from '../../core/src/tabs/shared-states.ts'
import { type Walk, walkThrough } from './walk.ts'

const SETTINGS = { maxRetryDelayInMs: 60_000 }
const REPORTS: readonly HandedOverReport[] = [{ tab: 'other', id: 1, patch: { a: 1 } }]
const error = new TwinError('ERR_TOKEN', 'no')
const INPUTS: readonly SharedInput[] = [
  { type: 'join' },
  { type: 'wake' },
  { type: 'sleep' },
  { type: 'locked' },
  { type: 'lockFailed', reason: 'no locks' },
  { type: 'following' },
  { type: 'handover', reports: REPORTS },
]
const close: SharedInput = { type: 'close', error }

/** A state, and the resources that its effects have left. */
interface Node {
  readonly state: SharedState
  readonly role: string
  readonly hasEntered: boolean
  readonly leads: boolean
}

function apply(node: Node, effect: SharedEffect): Node {
  switch (effect.type) {
    case 'enter':
      if (node.hasEntered) throw new Error('The tab enters twice')
      return { ...node, hasEntered: true }
    case 'leave':
      return { ...node, hasEntered: false, leads: false }
    case 'lead':
      if (node.leads) throw new Error('The tab opens a second connection')
      return { ...node, leads: true }
    case 'resumeReports':
    case 'forward':
      if (!node.leads) throw new Error(`No connection for ${effect.type}`)
      return node
    case 'showRole':
      return { ...node, role: effect.role.type }
    default:
      return node
  }
}

function walk(): Walk<Node, SharedInput, SharedEffect> {
  return walkThrough<Node, SharedInput, SharedEffect>({
    first: { state: { type: 'away', handover: [] }, role: 'joining', hasEntered: false, leads: false },
    inputsOf: (node) => [...INPUTS, close].map((input) => ({ input, before: node })),
    next: (state, input) => next(state, input, SETTINGS),
    apply,
  })
}

const { nodes, edges } = walk()
const types = (effects: readonly SharedEffect[]): string[] => effects.map(({ type }) => type)

describe('The shared twin of a tab, over every state and input,', () => {
  test('has nine states', () => {
    const withHandover = [[], REPORTS].flatMap((handover): SharedState[] => [
      { type: 'away', handover },
      { type: 'candidate', isFollowing: false, handover },
      { type: 'candidate', isFollowing: true, handover },
    ])
    const all = [...withHandover, { type: 'leader' }, { type: 'alone', reason: 'no locks' }, { type: 'closed' }]
    expect(new Set(nodes.map(({ state }) => JSON.stringify(state)))).toEqual(
      new Set(all.map((state) => JSON.stringify(state))),
    )
  })

  test('shows the role of its state', () => {
    expect(nodes.filter(({ state, role }) => roleOf(state).type !== role)).toEqual([])
  })

  test('has a connection only while it leads or is alone, and a channel only as candidate or leader', () => {
    for (const { state, leads, hasEntered } of nodes) {
      expect([state.type, leads]).toEqual([state.type, ['leader', 'alone'].includes(state.type)])
      expect([state.type, hasEntered]).toEqual([state.type, ['candidate', 'leader'].includes(state.type)])
    }
  })

  test('becomes the leader when it gets the lock, and sends the handover', () => {
    const locked = edges.filter(({ from, input }) => from.state.type === 'candidate' && input.type === 'locked')
    expect(locked.length).toBe(4)
    for (const { from, effects, to } of locked) {
      expect(to.state.type).toBe('leader')
      expect(effects.at(-1)).toEqual({ type: 'lead', reports: 'handover' in from.state && from.state.handover })
    }
  })

  test('keeps a handover until it leads or follows', () => {
    const lost = edges.filter(
      ({ from, to, effects }) =>
        'handover' in from.state &&
        from.state.handover.length > 0 &&
        !('handover' in to.state && to.state.handover.length > 0) &&
        !types(effects).includes('lead'),
    )
    expect(new Set(lost.map(({ input }) => input.type))).toEqual(new Set(['following', 'close']))
  })

  test('has a timer whenever it is away after a sleep', () => {
    const asleep = edges.filter(({ from, to }) => from.state.type !== 'away' && to.state.type === 'away')
    expect(asleep.length).toBeGreaterThan(0)
    for (const { effects } of asleep) {
      expect(effects.at(-1)).toEqual({ type: 'joinLater', delayInMs: SETTINGS.maxRetryDelayInMs })
    }
  })

  test('joins again when another script steals its lock', () => {
    const stolen = edges.filter(({ from, input }) => from.state.type === 'leader' && input.type === 'lockFailed')
    expect(stolen.map(({ to, effects }) => [to.state.type, types(effects)])).toEqual([
      ['candidate', ['leave', 'showRole', 'showStatus', 'enter']],
    ])
  })

  test('can lead from everywhere but the end', () => {
    const good = new Set(nodes.filter(({ leads }) => leads).map((node) => JSON.stringify(node)))
    for (let size = 0; size !== good.size;) {
      size = good.size
      for (const { from, to } of edges) if (good.has(JSON.stringify(to))) good.add(JSON.stringify(from))
    }
    expect(nodes.filter((node) => !good.has(JSON.stringify(node))).map(({ state }) => state)).toEqual([
      { type: 'closed' },
    ])
  })

  test('closes from everywhere, and then does nothing', () => {
    for (const { from, input, effects, to } of edges) {
      if (from.state.type === 'closed') expect([to, effects]).toEqual([from, []])
      else if (input === close) {
        expect(to.state).toEqual({ type: 'closed' })
        expect(effects).toEqual([
          { type: 'leave', how: 'close' },
          { type: 'end', error },
          { type: 'showRole', role: { type: 'closed' } },
        ])
      }
    }
  })
})
