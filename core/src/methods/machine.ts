import type { LiveConnection } from '../device/feature.ts'
import type { AbortReason, Call, MethodsEffect, MethodsInput, MethodsState, MethodsStep, Response } from './states.ts'

/** The device closes. */
const UNAVAILABLE: Response = { status: 503, body: '' }
const TOO_LATE: Response = { status: 504, body: '' }

/** If a hub repeats a call, it does so soon after the first copy. */
const MAX_FINISHED = 256

/**
 * The calls of direct methods as a pure function. A state ignores an input that it does not handle.
 *
 * A `$rid` names a call only within a connection, because a hub may count them from 1
 * (docs/protocol/device.md §2.1). So a call with a known `$rid` is a copy within a connection. Over
 * the next connection, it is a copy of an unfinished call only with the same name and body, and
 * another call otherwise.
 */
export function next(state: MethodsState, input: MethodsInput, concurrency: number): MethodsStep {
  if (state.type === 'closed') return [state, []]
  const [after, effects] = nextOpen(state, input)
  return proceed(state, after, effects, concurrency)
}

function nextOpen(state: MethodsState, input: MethodsInput): MethodsStep {
  switch (input.type) {
    case 'call':
      return accept(state, input)
    case 'settled':
      return [
        { ...state, running: state.running - 1, calls: respond(state, ({ id }) => id === input.id, input.response) },
        [],
      ]
    case 'deadline':
      return expire(state, input.id)
    case 'acknowledged':
      return remove(state, input.id)
    case 'connection':
      return [connect(state, input.connection), []]
    case 'close':
      return [
        { ...state, type: 'closing', calls: respond(state, ({ type }) => type === 'waiting', UNAVAILABLE) },
        abortAll(state),
      ]
    case 'closed':
      return [
        { ...state, type: 'closed', calls: [] },
        [...abortAll(state), ...state.calls.map(({ id }) => ({ type: 'forget', id }) as const)],
      ]
  }
}

function accept(
  state: MethodsState,
  { id, rid, name, body, response }: Extract<MethodsInput, { type: 'call' }>,
): MethodsStep {
  const known = state.calls.find((call) => call.rid === rid)
  const isCopy = known !== undefined && (!known.isOld || (known.name === name && known.body === body))
  if (isCopy || state.finished.includes(rid)) {
    const calls = state.calls.map((call) => (call === known ? { ...call, isOld: false } : call))
    return [{ ...state, calls }, []]
  }
  const immediate = state.type === 'closing' ? UNAVAILABLE : response
  const call: Call = {
    ...{ id, rid, name, body, isOld: false },
    ...(immediate ? { type: 'settled', response: immediate, isSent: false } : { type: 'waiting' }),
  }
  const [others, effects] = known ? end(state, known, 'replaced') : [state, []]
  return [{ ...others, calls: [...others.calls, call] }, [...effects, { type: 'accept', id }]]
}

function respond({ calls }: MethodsState, isMeant: (call: Call) => boolean, response: Response): readonly Call[] {
  return calls.map((call) => (isMeant(call) ? { ...call, type: 'settled', response, isSent: false } : call))
}

/** The caller may wait longer than the device expects, so the last moment still has a response. */
function expire(state: MethodsState, id: number): MethodsStep {
  const call = state.calls.find((other) => other.id === id)
  if (call === undefined) return [state, []]
  const [after, effects] = end(state, call, 'deadline')
  if (call.type === 'settled' || !canSend(state)) return [after, effects]
  return [after, [{ type: 'respond', id, rid: call.rid, response: TOO_LATE }, ...effects]]
}

function end(state: MethodsState, { id, type }: Call, reason: AbortReason): MethodsStep {
  const [after, effects] = remove(state, id)
  return [after, [...(type === 'running' ? [{ type: 'abort', id, reason } as const] : []), ...effects]]
}

function remove(state: MethodsState, id: number): MethodsStep {
  const call = state.calls.find((other) => other.id === id)
  if (call === undefined) return [state, []]
  const finished = call.isOld ? state.finished : [...state.finished, call.rid].slice(-MAX_FINISHED)
  return [{ ...state, finished, calls: state.calls.filter((other) => other !== call) }, [{ type: 'forget', id }]]
}

/** A lost connection takes the `$rid`s along, and maybe the responses without PUBACK. */
function connect(state: MethodsState, connection: LiveConnection): MethodsState {
  if (canSend({ connection })) return { ...state, connection }
  const calls = state.calls.map((call) => ({
    ...call,
    isOld: true,
    ...(call.type === 'settled' && { isSent: false }),
  }))
  return { ...state, connection, calls, finished: [] }
}

function canSend({ connection }: Pick<MethodsState, 'connection'>): boolean {
  return connection === 'up' || connection === 'draining'
}

function abortAll({ calls }: MethodsState): readonly MethodsEffect[] {
  return calls.filter(({ type }) => type === 'running').map(({ id }) => ({ type: 'abort', id, reason: 'close' }))
}

/** Runs as many handlers as may run, and sends each response that can leave. */
function proceed(
  before: MethodsState,
  state: MethodsState,
  effects: readonly MethodsEffect[],
  concurrency: number,
): MethodsStep {
  const more: MethodsEffect[] = []
  let { running } = state
  const calls = state.calls.map((call): Call => {
    if (call.type === 'waiting' && running < concurrency) {
      running++
      more.push({ type: 'run', id: call.id })
      return { ...call, type: 'running' }
    }
    if (call.type !== 'settled' || call.isSent || !canSend(state)) return call
    more.push({ type: 'respond', id: call.id, rid: call.rid, response: call.response })
    return { ...call, isSent: true }
  })
  if (calls.length > 0 !== before.calls.length > 0) more.push({ type: calls.length > 0 ? 'hold' : 'release' })
  if (state.type !== 'open' && (calls.length === 0 || state.connection === 'waiting')) more.push({ type: 'flushed' })
  return [{ ...state, calls, running }, [...effects, ...more]]
}
