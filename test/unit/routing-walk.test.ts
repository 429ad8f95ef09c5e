import { describe, expect, test } from 'vitest'
import { next, type RoutingEffect, type RoutingInput, type RoutingState } from '../../core/src/shared-device/routing.ts'
import { check, type Option, type Walk, walkThrough } from './walk.ts'

/** The messages of a leader and their surroundings: three tabs and the hub. */
interface Node {
  readonly state: RoutingState
  /** The number of messages so far. */
  readonly count: number
  /** The messages that a tab has. */
  readonly held: readonly (readonly [id: number, tab: string])[]
  /** The deliveries of method calls. */
  readonly calls: readonly number[]
  readonly acknowledged: readonly number[]
  /** The messages that the leader remembers. */
  readonly open: readonly number[]
  readonly timers: readonly number[]
  readonly resets: number
}

/** Messages 1, 3, and 4 have QoS 1. The last is a copy of the first. Message 2 is a method call. */
const PACKET_IDS = [11, undefined, 13, 11]
const isQos1 = (id: number): boolean => PACKET_IDS[id - 1] !== undefined
const TABS = ['own', 'b']

function walk(): Walk<Node, RoutingInput, RoutingEffect> {
  return walkThrough<Node, RoutingInput, RoutingEffect>({
    first: { state: [], count: 0, held: [], calls: [], acknowledged: [], open: [], timers: [], resets: 0 },
    inputsOf,
    next: (state, input) => next(state, input, 'own'),
    apply,
  })
}

function inputsOf(node: Node): readonly Option<Node, RoutingInput>[] {
  const { count, timers, held, open } = node
  const id = count + 1
  const packetId = PACKET_IDS[count]
  return [
    ...(count < PACKET_IDS.length
      ? [{ input: { type: 'message', id, packetId } as const, before: { ...node, count: id, open: [...open, id] } }]
      : []),
    ...open.flatMap((each) =>
      TABS.map((tab) => ({ input: { type: 'claimed', id: each, tab } as const, before: node })),
    ),
    ...timers.map((each) => ({
      input: { type: 'timeout', id: each } as const,
      before: { ...node, timers: timers.filter((other) => other !== each) },
    })),
    { input: { type: 'announced' }, before: node },
    ...held.map(([each, tab]) => ({
      input: { type: 'acknowledged', id: each, tab } as const,
      before: { ...node, held: held.filter(([other]) => other !== each) },
    })),
    // A tab that does not have the message.
    ...open.map((each) => ({ input: { type: 'acknowledged', id: each, tab: 'c' } as const, before: node })),
    ...(held.some(([, tab]) => tab === 'b')
      ? [
          {
            input: { type: 'tabGone', tab: 'b' } as const,
            before: { ...node, held: held.filter(([, tab]) => tab !== 'b') },
          },
        ]
      : []),
    ...(node.resets < 1
      ? [{ input: { type: 'reset' } as const, before: { ...node, held: [], resets: node.resets + 1 } }]
      : []),
  ]
}

function apply(node: Node, effect: RoutingEffect): Node {
  const { id } = effect
  const without = (ids: readonly number[]): readonly number[] => ids.filter((other) => other !== id)
  switch (effect.type) {
    case 'offer':
      // A second offer leaves the time of the first.
      return node.timers.includes(id) ? node : { ...node, timers: [...node.timers, id] }
    case 'stopTimer':
      return { ...node, timers: without(node.timers) }
    case 'deliver':
      check(node.open.includes(id), 'A tab gets a message that the leader has forgotten')
      if (!isQos1(id)) {
        check(!node.calls.includes(id), 'Two tabs get a method call')
        return { ...node, calls: [...node.calls, id] }
      }
      check(node.held.length === 0, 'Two tabs have a message, or a tab has two')
      return { ...node, held: [[id, effect.tab]] }
    case 'acknowledge':
      check(isQos1(id) && !node.acknowledged.includes(id), 'A message gets two PUBACKs')
      check(node.open.filter(isQos1)[0] === id, 'A PUBACK overtakes another')
      return { ...node, acknowledged: [...node.acknowledged, id], open: without(node.open) }
    case 'forget':
      return { ...node, open: without(node.open) }
  }
}

describe('The messages of a leader, over every state and input,', () => {
  const { nodes, edges } = walk()

  test('reach every place', () => {
    expect(nodes.length).toBeGreaterThan(200)
    const places = new Set(nodes.flatMap(({ state }) => state.map(({ place }) => place.type)))
    expect(places).toEqual(new Set(['queued', 'offered', 'unclaimed', 'delivered']))
  })

  test('are remembered as long as they are open', () => {
    const wrong = nodes.filter(({ state, open }) => String(state.map(({ id }) => id)) !== String(open))
    expect(wrong).toEqual([])
  })

  test('have a timer while they are offered, and no other', () => {
    const wrong = nodes.filter(({ state, timers }) => {
      const offered = state.filter(({ place }) => place.type === 'offered').map(({ id }) => id)
      return timers.length !== offered.length || timers.some((id) => !offered.includes(id))
    })
    expect(wrong).toEqual([])
  })

  test('do not leave a free tab waiting: the first with QoS 1, and each method call, is on its way', () => {
    const wrong = nodes.filter(({ state }) => {
      const first = state.find(({ id }) => isQos1(id))
      const idle = state.filter(({ id, place }) => place.type === 'queued' && !isQos1(id))
      return idle.length > 0 || first?.place.type === 'queued'
    })
    expect(wrong).toEqual([])
  })

  test('are with the tab that the state names', () => {
    const wrong = nodes.filter(({ state, held }) => {
      const delivered = state.flatMap(({ id, place }) => (place.type === 'delivered' ? [`${id} ${place.tab}`] : []))
      return String(delivered) !== String(held.map(([id, tab]) => `${id} ${tab}`))
    })
    expect(wrong).toEqual([])
  })

  test('end in a tab each: a method call is never lost without a connection loss', () => {
    const lost = edges.filter(
      ({ from, to }) =>
        from.resets === to.resets && from.open.includes(2) && !to.open.includes(2) && !to.calls.includes(2),
    )
    expect(lost).toEqual([])
  })
})
