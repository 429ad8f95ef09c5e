import { next } from '../../core/src/messages/machine.ts'
import {
  FIRST_STATE,
  type MessagesEffect,
  type MessagesInput,
  type MessagesState,
  type Untimed,
} from '../../core/src/messages/states.ts'
import { check, type Option, type Walk, walkThrough } from './walk.ts'

/** The messages of a device and their surroundings: the app, the hub, and the clock. */
export interface Node {
  readonly state: MessagesState
  readonly now: number
  /** The number of PUBLISH packets so far. */
  readonly count: number
  /** The packets of this connection without PUBACK, as the hub sees them. */
  readonly atHub: readonly number[]
  /** The message that the app handles. */
  readonly inApp: number | undefined
  readonly accepted: readonly number[]
  /** The PUBACKs of this connection, by message. */
  readonly pubacks: readonly number[]
  /** The messages that the device remembers. */
  readonly open: readonly number[]
  readonly isPausing: boolean
  readonly losses: number
  readonly failures: number
  readonly isHeld: boolean
  readonly isFlushed: boolean
  readonly isEnded: boolean
}

type Packet = Omit<Extract<MessagesInput, { type: 'message' }>, 'type' | 'now' | 'id'>

/** The second expires at 1. The third is a copy of the first, whatever has become of it. */
const PACKETS: readonly Packet[] = [
  { packetId: 1, expiresAt: undefined, isDuplicate: false },
  { packetId: 2, expiresAt: 1, isDuplicate: false },
  { packetId: 1, expiresAt: undefined, isDuplicate: true },
]

/** The message of a packet: copies are the same message. */
export const messageOf = (id: number): number => PACKETS[id - 1]?.packetId ?? 0

/** Each way that messages can go, from the start. Throws when an effect makes no sense. */
export function walk(): Walk<Node, MessagesInput, MessagesEffect> {
  return walkThrough<Node, MessagesInput, MessagesEffect>({
    first: {
      ...{ state: FIRST_STATE, now: 0, count: 0, atHub: [], inApp: undefined, accepted: [], pubacks: [], open: [] },
      ...{ isPausing: false, losses: 0, failures: 0, isHeld: false, isFlushed: false, isEnded: false },
    },
    inputsOf: (node) => inputsOf(node).map(({ input, before }) => ({ input: { ...input, now: before.now }, before })),
    next,
    apply,
  })
}

type UntimedOption = Option<Node, Untimed<MessagesInput>>

function inputsOf(node: Node): readonly UntimedOption[] {
  const { state, count, inApp, isPausing } = node
  const settled = inApp === undefined ? [] : settlements(node, inApp)
  if (state.type === 'closed') return settled
  const packet = PACKETS[count]
  const id = count + 1
  const received = { ...node, count: id, atHub: [...node.atHub, id], open: [...node.open, id] }
  return [
    ...settled,
    ...(packet && state.connection !== 'waiting'
      ? [{ input: { type: 'message', id, ...packet } as const, before: received }]
      : []),
    { input: { type: state.consumer.type === 'absent' ? 'join' : 'leave' }, before: node },
    ...(isPausing ? [{ input: { type: 'retry' } as const, before: { ...node, isPausing: false } }] : []),
    // A late input after time has passed: no pause runs, so nothing else changes.
    ...(node.now === 0 && count > 1 && !isPausing
      ? [{ input: { type: 'retry' } as const, before: { ...node, now: 1 } }]
      : []),
    ...connections(node),
    ...(state.type === 'open' ? [{ input: { type: 'close' } as const, before: node }] : []),
    { input: { type: 'closed' }, before: lost(node) },
  ]
}

function settlements(node: Node, id: number): readonly UntimedOption[] {
  const idle = { ...node, inApp: undefined }
  return [
    {
      input: { type: 'settled', id, isAccepted: true },
      before: { ...idle, accepted: [...new Set([...node.accepted, id])] },
    },
    ...(node.failures < 1
      ? [{ input: { type: 'settled', id, isAccepted: false } as const, before: { ...idle, failures: 1 } }]
      : []),
  ]
}

const lost = (node: Node): Node => ({ ...node, atHub: [], pubacks: [] })

function connections(node: Node): readonly UntimedOption[] {
  const { connection } = node.state
  const gone = { ...lost(node), losses: node.losses + 1 }
  if (connection === 'up') {
    return [
      { input: { type: 'connection', connection: 'draining' }, before: node },
      ...(node.losses < 1 ? [{ input: { type: 'connection', connection: 'waiting' } as const, before: gone }] : []),
    ]
  }
  if (connection === 'draining') {
    return node.losses < 1 ? [{ input: { type: 'connection', connection: 'connecting' }, before: gone }] : []
  }
  return [{ input: { type: 'connection', connection: connection === 'waiting' ? 'connecting' : 'up' }, before: node }]
}

function apply(node: Node, effect: MessagesEffect): Node {
  const without = (ids: readonly number[], id: number): readonly number[] => ids.filter((other) => other !== id)
  switch (effect.type) {
    case 'deliver':
      check(node.inApp === undefined, 'The app has two messages')
      check(node.open.includes(effect.id), 'The app gets a message that the device has forgotten')
      check(node.state.type === 'open' && node.state.connection === 'up', 'The app gets a message at a wrong time')
      check(node.now === 0 || messageOf(effect.id) !== 2, 'The app gets an expired message')
      check(!node.pubacks.includes(messageOf(effect.id)), 'The app gets a message after its PUBACK')
      check(node.atHub[0] === effect.id, 'The app gets a message before an earlier message')
      return { ...node, inApp: effect.id }
    case 'acknowledge':
      check(node.atHub.includes(effect.id), 'A PUBACK leaves over another connection, or twice')
      check(node.atHub[0] === effect.id, 'A PUBACK overtakes another')
      return {
        ...node,
        // A copy that arrived before the PUBACK is over, too.
        atHub: node.atHub.filter((other) => messageOf(other) !== messageOf(effect.id)),
        pubacks: [...node.pubacks, messageOf(effect.id)],
        open: without(node.open, effect.id),
      }
    case 'forget':
      return { ...node, open: without(node.open, effect.id) }
    case 'pause':
      check(!node.isPausing, 'Two pauses run')
      return { ...node, isPausing: true }
    case 'stopPause':
      return { ...node, isPausing: false }
    case 'hold':
      check(!node.isHeld, 'The connection is held twice')
      return { ...node, isHeld: true }
    case 'release':
      check(node.isHeld, 'A connection is released that is not held')
      return { ...node, isHeld: false }
    case 'end':
      return { ...node, isEnded: true }
    case 'flushed':
      return { ...node, isFlushed: true }
  }
}
