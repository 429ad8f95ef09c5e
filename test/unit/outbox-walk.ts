import { TwinError } from '../../core/src/errors.ts'
import { mergePatch } from '../support/merge-patch.ts'
import type { JsonObject } from '../../core/src/protocol/json.ts'
import type { Outcome } from '../../core/src/session/requests.ts'
import { next } from '../../core/src/twin/outbox/outbox-machine.ts'
import {
  createOutboxState,
  type OutboxEffect,
  type OutboxInput,
  type OutboxState,
} from '../../core/src/twin/outbox/outbox-states.ts'
import { check, type Option, type Walk, walkThrough } from './walk.ts'

/** An outbox and its surroundings: the hub, the storage, the timer and the callers. */
export interface Node {
  readonly state: OutboxState
  /** The number of reports so far. */
  readonly count: number
  /** The reports whose callers wait. */
  readonly waiting: readonly number[]
  readonly canceled: readonly number[]
  readonly rejected: readonly number[]
  readonly inFlight: JsonObject | undefined
  /** The reported properties of the hub. */
  readonly hub: JsonObject
  readonly isTimerOn: boolean
  readonly storage: 'none' | 'loading' | 'saving' | 'idle'
  /** The content of the storage. */
  readonly stored: readonly JsonObject[]
  readonly hasEnded: boolean
}

/** No merge patch can express the second and the third. */
export const PATCHES: readonly JsonObject[] = [{ a: { x: 1 } }, { a: null }, { a: { y: 1 } }]
/** More failures in a row only lengthen the back-off. */
const MAX_FAILURES = 1

export const failed = (code: TwinError['code']): Outcome => ({ type: 'failed', error: new TwinError(code, code) })
const answered = (status: number): Outcome => ({ type: 'response', status, body: '', version: 7 })

/** Every way that an outbox can go, from its start. Throws when an effect makes no sense. */
export function walk(hasStorage: boolean, reports: readonly JsonObject[]): Walk<Node, OutboxInput, OutboxEffect> {
  return walkThrough<Node, OutboxInput, OutboxEffect>({
    first: {
      state: createOutboxState(hasStorage),
      ...{ count: 0, waiting: [], canceled: [], rejected: [], inFlight: undefined, hub: {}, isTimerOn: false },
      ...{ storage: hasStorage ? 'loading' : 'none', stored: [], hasEnded: false },
    },
    inputsOf: (node) => inputsOf(node, reports),
    next,
    apply,
  })
}

function inputsOf(node: Node, reports: readonly JsonObject[]): readonly Option<Node, OutboxInput>[] {
  const { state, count, waiting, storage, inFlight } = node
  if (state.type === 'closed') return storageInputs(node)
  const id = count + 1
  const patch = reports[count]
  const report = patch && {
    input: { type: 'report', id, patch } as const,
    before: { ...node, count: id, waiting: [...waiting, id] },
  }
  const [last] = waiting.slice(-1)
  return [
    ...(report === undefined ? [] : [report]),
    ...(last === undefined
      ? []
      : [
          {
            input: { type: 'cancel', id: last } as const,
            before: { ...node, waiting: waiting.slice(0, -1), canceled: [...node.canceled, last] },
          },
        ]),
    { input: { type: state.connection === 'up' ? 'pause' : 'resume' }, before: node },
    ...(node.isTimerOn ? [{ input: { type: 'retry' } as const, before: { ...node, isTimerOn: false } }] : []),
    ...(inFlight === undefined ? [] : outcomes(node, inFlight)),
    { input: { type: 'close', cause: undefined }, before: node },
    ...(storage === 'none' ? [] : storageInputs(node)),
  ]
}

function outcomes(node: Node, inFlight: JsonObject): readonly Option<Node, OutboxInput>[] {
  const lost = { ...node, inFlight: undefined }
  const done = { ...lost, hub: mergePatch(node.hub, inFlight) }
  const option = (outcome: Outcome, before: Node): Option<Node, OutboxInput> => ({
    input: { type: 'outcome', outcome },
    before,
  })
  const mayFail = node.state.type === 'open' && node.state.failures < MAX_FAILURES
  return [
    option(answered(204), done),
    option(answered(400), lost),
    option(failed('ERR_INTERRUPTED'), lost),
    option(failed('ERR_INTERRUPTED'), done),
    ...(mayFail ? [option(failed('ERR_TIMEOUT'), done), option(answered(429), lost)] : []),
  ]
}

function storageInputs(node: Node): readonly Option<Node, OutboxInput>[] {
  const before: Node = { ...node, storage: 'idle' }
  if (node.storage === 'loading') {
    return [[], [{ old: 1 }, { old: 2 }]].map((loaded) => ({
      input: { type: 'stored', patches: loaded },
      before: { ...before, stored: loaded },
    }))
  }
  return node.storage === 'saving' ? [{ input: { type: 'stored', patches: [] }, before }] : []
}

function apply(node: Node, effect: OutboxEffect): Node {
  switch (effect.type) {
    case 'send':
      check(node.inFlight === undefined, 'Two requests are in flight')
      check(!node.isTimerOn, 'A request does not wait for the back-off')
      check(node.storage === 'none' || node.storage === 'idle', 'A request does not wait for the storage')
      return { ...node, inFlight: effect.patch }
    case 'accept':
      return { ...node, waiting: node.waiting.filter((id) => id > effect.through) }
    case 'reject':
      return reject(node, (id) => id <= effect.through)
    case 'refuse':
      return reject(node, (id) => id === effect.id)
    case 'backOff':
      check(!node.isTimerOn, 'Two timers run')
      return { ...node, isTimerOn: true }
    case 'save':
      check(node.storage === 'idle', 'Two accesses to the storage overlap')
      return { ...node, storage: 'saving', stored: effect.patches }
    case 'end':
      check(!node.hasEnded, 'The outbox ends twice')
      check(node.storage === 'none' || node.storage === 'idle', 'The outbox ends before the storage')
      return { ...node, hasEnded: true }
  }
}

function reject(node: Node, isRejected: (id: number) => boolean): Node {
  return {
    ...node,
    waiting: node.waiting.filter((id) => !isRejected(id)),
    rejected: [...node.rejected, ...node.waiting.filter(isRejected)],
  }
}
