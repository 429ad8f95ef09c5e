import type { Credentials } from '../credentials/credentials.ts'
import { next } from '../protocol/machine.ts'
import {
  type Effect,
  type SessionInput,
  isSameStatus,
  type SessionSettings,
  type SessionState,
  statusOf,
  type Step,
  type TimerName,
  type TwinStatus,
} from '../protocol/machine-states.ts'
import type { Clock } from './clock.ts'
import {
  checkIdle,
  closeWire,
  type Connection,
  type ConnectionSettings,
  createConnection,
  getDocument,
  openWire,
  repeatGet,
  subscribe,
} from './connection.ts'
import type { Features } from './features.ts'
import type { Observed } from './observation.ts'
import { runReducer } from './run-reducer.ts'
import { clearTimer, clearTimers, createTimers, setTimer, type Timers } from './timers.ts'
import { cancelToken, createTokenRequest, requestToken, takePassword, type TokenRequest } from './token-request.ts'
import type { OpenWire } from './wire.ts'

/** An effect on the twin, in order. The status changes after all effects of an input. */
export type SessionOutput =
  | { readonly type: 'status'; readonly status: TwinStatus }
  | Extract<Effect, { type: 'document' | 'desiredPatch' | 'syncFailed' | 'drain' }>

export interface SessionOptions {
  readonly credentials: Credentials
  readonly settings: SessionSettings & ConnectionSettings
  readonly features?: Features | undefined
  readonly openWire: OpenWire
  readonly clock: Clock
  readonly onOutput: (output: SessionOutput) => void
  readonly observe: (observed: Observed) => void
}

export interface Session {
  readonly connection: Connection
  readonly dispatch: (input: SessionInput) => void
}

/** Runs the state machine: passes it each input in order, and carries out its effects. */
export function createSession(options: SessionOptions): Session {
  const { credentials, settings, clock, onOutput } = options
  const connection = createConnection(options, dispatch)
  const token = createTokenRequest(credentials, dispatch)
  const timers = createTimers<TimerName>(clock, (timer) => dispatch({ type: 'timer', timer }))
  const parts: SessionParts = { options, connection, token, timers }
  const run = (effect: Effect): void => runEffect(parts, effect)
  const reducer = runReducer<SessionState, SessionInput, Effect>({ type: 'idle' }, step, run, showStatus)
  let status = statusOf(reducer.state)

  function dispatch(input: SessionInput): void {
    reducer.dispatch(input)
  }

  function step(state: SessionState, input: SessionInput): Step {
    const result = next(state, { now: clock.now(), random: clock.random(), ...input }, settings)
    observeStep(options, state, input, result[0])
    return result
  }

  /** After the effects of each input, so that the status changes after them. */
  function showStatus(state: SessionState): void {
    options.features?.handleState(state)
    const newStatus = statusOf(state)
    if (isSameStatus(newStatus, status)) return
    status = newStatus
    onOutput({ type: 'status', status })
  }

  return { connection, dispatch }
}

function observeStep(
  { observe }: SessionOptions,
  before: SessionState,
  input: SessionInput,
  after: SessionState,
): void {
  if (input.type === 'token') observe({ type: 'token', step: 'given', expiresAt: input.expiresAt })
  if (input.type === 'tokenFailed') observe({ type: 'token', step: 'failed', error: input.error })
  if (after.type === before.type) return
  observe({ type: 'state', state: after.type, ...('error' in after && { error: after.error }) })
}

interface SessionParts {
  readonly options: SessionOptions
  readonly connection: Connection
  readonly token: TokenRequest
  readonly timers: Timers<TimerName>
}

function runEffect({ options, connection, token, timers }: SessionParts, effect: Effect): void {
  const { credentials, onOutput, observe } = options
  switch (effect.type) {
    case 'askToken':
      observe({ type: 'token', step: 'asked' })
      return void requestToken(token)
    case 'cancelToken':
      return cancelToken(token)
    case 'invalidateToken':
      observe({ type: 'token', step: 'refused' })
      return credentials.invalidate?.()
    case 'openWire':
      return openWire(connection, takePassword(token))
    case 'closeWire':
      return closeWire(connection)
    case 'drain':
      onOutput(effect)
      return checkIdle(connection)
    case 'subscribe':
      return subscribe(connection)
    case 'get':
      return getDocument(connection)
    case 'repeatGet':
      return repeatGet(connection)
    case 'startTimer':
      return setTimer(timers, effect.timer, effect.delayInMs)
    case 'stopTimer':
      return clearTimer(timers, effect.timer)
    case 'stopTimers':
      return clearTimers(timers)
    default:
      return onOutput(effect)
  }
}
