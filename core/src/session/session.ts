import type { Credentials } from '../credentials/credentials.ts'
import type { TwinError } from '../errors.ts'
import type { DesiredPatch, TwinDocument } from '../protocol/document.ts'
import { next } from '../protocol/machine.ts'
import {
  type Effect,
  type SessionInput,
  isSameStatus,
  type SessionSettings,
  type SessionState,
  statusOf,
  type TimerName,
  type TwinStatus,
} from '../protocol/machine-states.ts'
import type { Clock } from './clock.ts'
import { type Connection, createConnection } from './connection.ts'
import type { Channel, Features } from './features.ts'
import type { Observed } from './observation.ts'
import { createEnd } from './end.ts'
import { runReducer } from './run-reducer.ts'
import { createTimers, type Timers } from './timers.ts'
import { createTokenRequest, type TokenRequest } from './token-request.ts'
import type { OpenWire } from './wire.ts'

/**
 * An output of a session. `get` counts the GETs, so that a caller of `refresh` recognizes a
 * document that is new enough.
 */
export type SessionOutput =
  | { readonly type: 'status'; readonly status: TwinStatus }
  | { readonly type: 'document'; readonly document: TwinDocument; readonly get: number }
  | { readonly type: 'desiredPatch'; readonly patch: DesiredPatch }
  | { readonly type: 'syncFailed'; readonly error: TwinError; readonly get: number }
  /** The connection is about to change: no new report until the status is `ready` again. */
  | { readonly type: 'draining' }

export interface SessionOptions extends SessionSettings {
  readonly credentials: Credentials
  readonly endpoint: string
  readonly modelId?: string | undefined
  readonly keepaliveInSeconds: number
  readonly features?: Features | undefined
  readonly openWire: OpenWire
  readonly clock: Clock
  readonly onOutput: (output: SessionOutput) => void
  readonly observe: (observed: Observed) => void
}

export interface Session {
  start(): void
  /** Sends a reported patch on the living connection; there is always an outcome. */
  readonly report: Connection['report']
  readonly channel: Channel
  /** @returns the number of the first GET after this call */
  refresh(): number
  wake(): void
  sleep(): void
  /** Resolves when the connection is gone. */
  close(): Promise<void>
}

/** Runs the state machine: passes it each input in order, and carries out its effects. */
export function createSession(options: SessionOptions): Session {
  const { credentials, clock, onOutput } = options
  const connection = createConnection({ ...options, identity: credentials.identity, dispatch })
  const token = createTokenRequest(credentials, dispatch)
  const timers = createTimers<TimerName>(clock, (timer) => dispatch({ type: 'timer', timer }))
  const parts: SessionParts = { options, connection, token, timers, dispatch }
  const first: SessionState = { type: 'idle' }
  const reducer = runReducer(first, step, run)
  let status = statusOf(first)
  const [closed, resolveClosed] = createEnd()

  function dispatch(input: SessionInput): void {
    reducer.dispatch(input)
  }

  function step(state: SessionState, input: SessionInput): readonly [SessionState, readonly (Effect | Entered)[]] {
    const [after, effects] = next(state, { ...input, now: clock.now(), random: clock.random() }, options)
    observeStep(options, state, input, after)
    return [after, [...effects, { type: 'entered', state: after }]]
  }

  function run(effect: Effect | Entered): void {
    if (effect.type === 'entered') showStatus(effect.state)
    else runEffect(parts, effect)
  }

  function showStatus(state: SessionState): void {
    if (state.type === 'closed') void connection.gone().then(resolveClosed)
    options.features?.handleState(state)
    const newStatus = statusOf(state)
    if (isSameStatus(newStatus, status)) return
    status = newStatus
    onOutput({ type: 'status', status })
  }

  return {
    start: () => dispatch({ type: 'start' }),
    report: connection.report,
    channel: connection.channel,
    refresh() {
      const nextGet = connection.gets() + 1
      dispatch({ type: 'refresh' })
      return nextGet
    },
    wake: () => dispatch({ type: 'wake', silentForInMs: connection.silentForInMs() }),
    sleep: () => dispatch({ type: 'sleep' }),
    close() {
      dispatch({ type: 'close' })
      return closed
    },
  }
}

/** Follows the effects of each input, so that the status changes after them. */
interface Entered {
  readonly type: 'entered'
  readonly state: SessionState
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
  observe({ type: 'state', state: after.type, ...('error' in after && after.error && { error: after.error }) })
}

interface SessionParts {
  readonly options: SessionOptions
  readonly connection: Connection
  readonly token: TokenRequest
  readonly timers: Timers<TimerName>
  readonly dispatch: (input: SessionInput) => void
}

function runEffect({ options, connection, token, timers, dispatch }: SessionParts, effect: Effect): void {
  const { credentials, onOutput, observe } = options
  switch (effect.type) {
    case 'askToken':
      observe({ type: 'token', step: 'asked' })
      return token.request()
    case 'cancelToken':
      return token.cancel()
    case 'invalidateToken':
      observe({ type: 'token', step: 'refused' })
      return credentials.invalidate?.()
    case 'openWire':
      return connection.open(token.password())
    case 'closeWire':
      return connection.close()
    case 'drain':
      onOutput({ type: 'draining' })
      return connection.isIdle() ? dispatch({ type: 'drained' }) : undefined
    case 'subscribe':
    case 'get':
    case 'repeatGet':
      return connection[effect.type]()
    case 'document':
    case 'syncFailed':
      return onOutput({ ...effect, get: connection.gets() })
    case 'desiredPatch':
      return onOutput(effect)
    case 'startTimer':
      return timers.start(effect.timer, effect.delayInMs)
    case 'stopTimer':
      return timers.stop(effect.timer)
    case 'stopTimers':
      return timers.stopAll()
  }
}
