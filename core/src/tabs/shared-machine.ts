import { TwinError } from '../errors.ts'
import { statusOf } from '../protocol/machine-states.ts'
import type { HandedOverReport } from './messages.ts'
import { roleOf, type SharedEffect, type SharedInput, type SharedState, type SharedStep } from './shared-states.ts'

/** The options of the twin that the machine needs. */
export interface SharedSettings {
  readonly maxRetryDelayInMs: number
}

type StateOf<Type extends SharedState['type']> = Extract<SharedState, { type: Type }>

/**
 * The shared twin of a tab as a pure function. A state ignores an input that it does not handle.
 */
export function next(state: SharedState, input: SharedInput, settings: SharedSettings): SharedStep {
  if (state.type === 'closed') return [state, []]
  if (input.type === 'close') return close(input.error)
  switch (state.type) {
    case 'away':
      return input.type === 'join' || input.type === 'wake' ? join(state.handover) : [state, []]
    case 'candidate':
      return nextCandidate(state, input, settings)
    case 'leader':
      return nextLeader(state, input, settings)
    case 'alone':
      return [state, input.type === 'wake' || input.type === 'sleep' ? [{ type: 'forward', event: input.type }] : []]
  }
}

function nextCandidate(
  state: StateOf<'candidate'>,
  input: Exclude<SharedInput, { type: 'close' }>,
  settings: SharedSettings,
): SharedStep {
  switch (input.type) {
    case 'wake':
      return [state, [{ type: 'hello' }]]
    case 'sleep':
      return sleep(state.handover, settings)
    case 'locked':
      return lead({ type: 'leader' }, state.handover)
    case 'lockFailed': {
      const [alone, effects] = lead({ type: 'alone', reason: input.reason }, state.handover)
      return [alone, [{ type: 'leave', how: 'sleep' }, ...effects]]
    }
    case 'following': {
      // The leader has the handover.
      const following = { ...state, isFollowing: true, handover: [] }
      return [following, [showRole(following)]]
    }
    case 'handover':
      return [{ ...state, handover: input.reports }, []]
    case 'join':
      return [state, []]
  }
}

function nextLeader(
  state: StateOf<'leader'>,
  input: Exclude<SharedInput, { type: 'close' }>,
  settings: SharedSettings,
): SharedStep {
  switch (input.type) {
    case 'wake':
      return [state, [{ type: 'forward', event: 'wake' }]]
    case 'sleep':
      // A page with a lock or an open channel cannot enter the back/forward cache.
      return sleep([], settings)
    case 'lockFailed': {
      const [joining, effects] = join([])
      return [joining, [{ type: 'leave', how: 'sleep' }, showRole(joining), ...effects]]
    }
    case 'handover':
      return [state, [{ type: 'resumeReports', reports: input.reports }]]
    default:
      return [state, []]
  }
}

function join(handover: readonly HandedOverReport[]): SharedStep {
  return [
    { type: 'candidate', isFollowing: false, handover },
    [{ type: 'showStatus', status: statusOf({ type: 'idle' }) }, { type: 'enter' }],
  ]
}

function lead(state: StateOf<'leader' | 'alone'>, reports: readonly HandedOverReport[]): SharedStep {
  return [
    state,
    [showRole(state), { type: 'showStatus', status: statusOf({ type: 'idle' }) }, { type: 'lead', reports }],
  ]
}

function sleep(handover: readonly HandedOverReport[], { maxRetryDelayInMs }: SharedSettings): SharedStep {
  const state: SharedState = { type: 'away', handover }
  const error = new TwinError('ERR_INTERRUPTED', 'Connection was put to sleep')
  return [
    state,
    [
      { type: 'leave', how: 'sleep' },
      showRole(state),
      { type: 'showStatus', status: { type: 'waiting', retryInMs: maxRetryDelayInMs, error } },
      { type: 'joinLater', delayInMs: maxRetryDelayInMs },
    ],
  ]
}

function close(error: TwinError | undefined): SharedStep {
  return [
    { type: 'closed' },
    [
      { type: 'leave', how: 'close' },
      { type: 'end', error },
      { type: 'showRole', role: { type: 'closed' } },
    ],
  ]
}

function showRole(state: SharedState): SharedEffect {
  return { type: 'showRole', role: roleOf(state) }
}
