import { next } from '../../core/src/methods/machine.ts'
import { FIRST_STATE, type MethodsEffect, type MethodsInput, type MethodsState } from '../../core/src/methods/states.ts'
import { check, type Option, type Walk, walkThrough } from './walk.ts'

/** The calls of a device and their surroundings: the handlers, the deadlines, and the hub. */
export interface Node {
  readonly state: MethodsState
  /** The number of calls so far. */
  readonly count: number
  /** The deadlines that run. */
  readonly timers: readonly number[]
  readonly running: readonly number[]
  readonly ran: readonly number[]
  readonly aborted: readonly number[]
  /** The calls with a response over this connection. PUBACK is missing for those of `wire`. */
  readonly responded: readonly number[]
  readonly wire: readonly number[]
  /** The calls whose response the hub has, by connection. */
  readonly losses: number
  readonly isHeld: boolean
  readonly isFlushed: boolean
}

/** The third call is a copy of the first, and the fourth is another call with the same `$rid`. */
const CALLS = [
  { rid: 'a', name: 'x', body: '' },
  { rid: 'b', name: 'x', body: '' },
  { rid: 'a', name: 'x', body: '' },
  { rid: 'a', name: 'y', body: '' },
] as const

export const HANDLED = { status: 200, body: '' } as const

/** Each way that calls can go, from the start. Throws when an effect makes no sense. */
export function walk(concurrency: number): Walk<Node, MethodsInput, MethodsEffect> {
  return walkThrough<Node, MethodsInput, MethodsEffect>({
    first: {
      state: FIRST_STATE,
      ...{ count: 0, timers: [], running: [], ran: [], aborted: [], responded: [], wire: [] },
      ...{ losses: 0, isHeld: false, isFlushed: false },
    },
    inputsOf,
    next: (state, input) => next(state, input, concurrency),
    apply,
  })
}

function inputsOf(node: Node): readonly Option<Node, MethodsInput>[] {
  const { state, count, timers, running, wire } = node
  const settled = running.map((id) => ({
    input: { type: 'settled', id, response: HANDLED } as const,
    before: { ...node, running: running.filter((other) => other !== id) },
  }))
  if (state.type === 'closed') return settled
  const call = CALLS[count]
  const id = count + 1
  const isUp = state.connection === 'up' || state.connection === 'draining'
  return [
    ...settled,
    ...timers.map((expired) => ({
      input: { type: 'deadline', id: expired } as const,
      before: { ...node, timers: timers.filter((other) => other !== expired) },
    })),
    ...wire.map((acknowledged) => ({
      input: { type: 'acknowledged', id: acknowledged } as const,
      before: { ...node, wire: wire.filter((other) => other !== acknowledged) },
    })),
    ...(call && isUp
      ? [{ input: { type: 'call', id, ...call, response: undefined } as const, before: { ...node, count: id } }]
      : []),
    ...connections(node),
    ...(state.type === 'open' ? [{ input: { type: 'close' } as const, before: node }] : []),
    { input: { type: 'closed' }, before: { ...node, wire: [], responded: [] } },
  ]
}

function connections(node: Node): readonly Option<Node, MethodsInput>[] {
  const { connection } = node.state
  if (connection === 'up') {
    const lost = { ...node, wire: [], responded: [], losses: node.losses + 1 }
    return [
      { input: { type: 'connection', connection: 'draining' }, before: node },
      ...(node.losses < 1 ? [{ input: { type: 'connection', connection: 'waiting' } as const, before: lost }] : []),
    ]
  }
  if (connection === 'draining') {
    const lost = { ...node, wire: [], responded: [], losses: node.losses + 1 }
    return node.losses < 1 ? [{ input: { type: 'connection', connection: 'connecting' }, before: lost }] : []
  }
  return [{ input: { type: 'connection', connection: connection === 'waiting' ? 'connecting' : 'up' }, before: node }]
}

function apply(node: Node, effect: MethodsEffect): Node {
  const without = (ids: readonly number[], id: number): readonly number[] => ids.filter((other) => other !== id)
  switch (effect.type) {
    case 'accept':
      return { ...node, timers: [...node.timers, effect.id] }
    case 'run':
      check(!node.ran.includes(effect.id), 'A handler runs twice for a call')
      check(node.timers.includes(effect.id), 'A handler runs without a deadline')
      return { ...node, running: [...node.running, effect.id], ran: [...node.ran, effect.id] }
    case 'abort':
      check(node.running.includes(effect.id), 'A signal aborts without a handler')
      return { ...node, aborted: [...node.aborted, effect.id] }
    case 'respond':
      check(['up', 'draining'].includes(node.state.connection), 'A response leaves without a connection')
      check(!node.responded.includes(effect.id), 'A call gets two responses over a connection')
      return { ...node, responded: [...node.responded, effect.id], wire: [...node.wire, effect.id] }
    case 'forget':
      return { ...node, timers: without(node.timers, effect.id) }
    case 'hold':
      check(!node.isHeld, 'The connection is held twice')
      return { ...node, isHeld: true }
    case 'release':
      check(node.isHeld, 'A connection is released that is not held')
      return { ...node, isHeld: false }
    case 'flushed':
      return { ...node, isFlushed: true }
  }
}
