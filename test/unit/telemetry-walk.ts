import { TwinError } from '../../core/src/errors.ts'
import { next } from '../../core/src/telemetry/machine.ts'
import { entriesOf } from '../../core/src/telemetry/queue.ts'
import {
  createTelemetryState,
  type TelemetryEffect,
  type TelemetryInput,
  type TelemetrySettings,
  type TelemetryState,
} from '../../core/src/telemetry/states.ts'
import { check, type Option, type Walk, walkThrough } from './walk.ts'

/** A queue of telemetry and its surroundings: the hub, the wire, and the callers. */
export interface Node {
  readonly state: TelemetryState
  /** The number of messages so far. */
  readonly sent: number
  readonly waiting: readonly number[]
  readonly resolved: readonly number[]
  readonly canceled: readonly number[]
  readonly rejected: readonly { readonly id: number; readonly message: string }[]
  /** The messages on the wire without PUBACK. */
  readonly wire: readonly number[]
  /** How many of them, from the first, the hub has stored. */
  readonly stored: number
  /** The messages whose PUBACK arrived at the very end of the connection. */
  readonly late: readonly number[]
  /** The messages of the hub, in order, with copies. */
  readonly hub: readonly number[]
  readonly losses: number
  readonly isWatched: boolean
  readonly isFlushed: boolean
}

/** The message of an earlier process has the ID 0. */
const OLD = { topic: 'old', payload: '', size: 10 }

export interface Bounds {
  readonly messages: number
  /** Lost connections. */
  readonly losses: number
}

export function messageOf(id: number): { topic: string; payload: string; size: number } {
  return { topic: String(id), payload: '', size: 10 }
}

/** Each way that a queue can go, from its start. Throws when an effect makes no sense. */
export function walk(
  isLoading: boolean,
  settings: TelemetrySettings,
  bounds: Bounds,
): Walk<Node, TelemetryInput, TelemetryEffect> {
  return walkThrough<Node, TelemetryInput, TelemetryEffect>({
    first: {
      state: createTelemetryState(isLoading),
      ...{ sent: 0, waiting: [], resolved: [], canceled: [], rejected: [] },
      ...{ wire: [], stored: 0, late: [], hub: [], losses: 0, isWatched: false, isFlushed: false },
    },
    inputsOf: (node) => inputsOf(node, bounds),
    next: (state, input) => next(state, input, settings),
    apply,
    silentSteps: storeNext,
    keyOf,
  })
}

/** The hub stores the next message on the wire. */
function storeNext(node: Node): readonly Node[] {
  const id = node.wire[node.stored]
  return id === undefined ? [] : [{ ...node, stored: node.stored + 1, hub: [...node.hub, id] }]
}

/** Ignores the messages that the queue has passed but not yet removed. */
function keyOf(node: Node): string {
  const { oldest, start, newest } = node.state.waiting
  return JSON.stringify({ ...node, state: { ...node.state, waiting: [oldest.slice(start), newest] } })
}

function inputsOf(node: Node, bounds: Bounds): readonly Option<Node, TelemetryInput>[] {
  const { state, sent, waiting, wire, stored, late } = node
  if (state.type === 'closed') return []
  const options: Option<Node, TelemetryInput>[] = [
    { input: { type: 'closed', cause: undefined }, before: loseWire(node) },
    ...connections(node, bounds),
    ...late.map((id) => ({
      input: { type: 'acknowledged', id } as const,
      before: { ...node, late: late.filter((other) => other !== id) },
    })),
  ]
  if (sent < bounds.messages) {
    const id = sent + 1
    options.push({
      input: { type: 'send', id, message: messageOf(id) },
      before: { ...node, sent: id, waiting: [...waiting, id] },
    })
  }
  const [first] = waiting
  if (first !== undefined) {
    const before = { ...node, waiting: waiting.slice(1), canceled: [...node.canceled, first] }
    options.push({ input: { type: 'cancel', id: first }, before })
  }
  const [acknowledged] = wire
  if (acknowledged !== undefined && stored > 0) {
    const before = { ...node, wire: wire.slice(1), stored: stored - 1 }
    options.push({ input: { type: 'acknowledged', id: acknowledged }, before })
  }
  if (state.isLoading) {
    options.push(...[[], [OLD]].map((messages) => ({ input: { type: 'loaded', messages } as const, before: node })))
  }
  if (state.type === 'open') options.push({ input: { type: 'close' }, before: node })
  return options
}

function connections(node: Node, bounds: Bounds): readonly Option<Node, TelemetryInput>[] {
  const to = {
    connecting: ['up', 'waiting'],
    up: ['draining', 'waiting'],
    draining: ['connecting'],
    waiting: ['connecting'],
  } as const
  const { connection } = node.state
  return to[connection].flatMap((after): Option<Node, TelemetryInput>[] => {
    const input = { type: 'connection', connection: after } as const
    if (after === 'up' || after === 'draining' || connection === 'connecting' || connection === 'waiting') {
      return after === 'up' ? [{ input, before: { ...node, late: [] } }] : [{ input, before: node }]
    }
    return node.losses < bounds.losses ? [{ input, before: { ...loseWire(node), losses: node.losses + 1 } }] : []
  })
}

function loseWire(node: Node): Node {
  return { ...node, wire: [], stored: 0, late: node.wire.slice(0, node.stored) }
}

function apply(node: Node, effect: TelemetryEffect): Node {
  switch (effect.type) {
    case 'publish': {
      const { id } = effect.entry
      check(node.state.connection === 'up', 'A message leaves without a connection')
      check(!node.state.isLoading, 'A message does not wait for the storage')
      check(!node.wire.includes(id), 'A message leaves twice over a connection')
      check(!node.resolved.includes(id), 'An acknowledged message leaves again')
      return { ...node, wire: [...node.wire, id] }
    }
    case 'resolve':
      return node.waiting.includes(effect.id)
        ? { ...node, waiting: node.waiting.filter((id) => id !== effect.id), resolved: [...node.resolved, effect.id] }
        : node
    case 'reject': {
      check(effect.error instanceof TwinError, 'A rejection has no code')
      const { id, error } = effect
      return node.waiting.includes(id)
        ? {
            ...node,
            waiting: node.waiting.filter((other) => other !== id),
            rejected: [...node.rejected, { id, message: error.message }],
          }
        : node
    }
    case 'changed':
      return node
    case 'watch':
      return { ...node, isWatched: true }
    case 'unwatch':
      return { ...node, isWatched: false }
    case 'flushed':
      return { ...node, isFlushed: true }
  }
}

export function queued({ inFlight, waiting }: TelemetryState): readonly number[] {
  return [...entriesOf(inFlight), ...entriesOf(waiting)].map(({ id }) => id)
}
