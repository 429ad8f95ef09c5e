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
import type { Observed } from './observation.ts'
import { createTimers } from './timers.ts'
import { createTokenRequest } from './token-request.ts'
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
  readonly modelId?: string
  readonly keepaliveInSeconds: number
  readonly openWire: OpenWire
  readonly clock: Clock
  readonly onOutput: (output: SessionOutput) => void
  readonly observe: (observed: Observed) => void
}

export interface Session {
  start(): void
  /** Sends a reported patch on the living connection; there is always an outcome. */
  readonly report: Connection['report']
  /** @returns the number of the first GET after this call */
  refresh(): number
  wake(): void
  sleep(): void
  /** Resolves when the connection is gone. */
  close(): Promise<void>
}

/** Runs the state machine: passes it each input in order, and carries out its effects. */
export function createSession(options: SessionOptions): Session {
  const { credentials, clock, onOutput, observe } = options
  const { identity } = credentials
  const connection = createConnection({ ...options, identity, dispatch })
  const token = createTokenRequest(credentials, dispatch)
  const timers = createTimers<TimerName>(clock, (timer) => dispatch({ type: 'timer', timer }))
  const queue: SessionInput[] = []
  let running = false
  let state: SessionState = { type: 'idle' }
  let status = statusOf(state)
  let gets = 0
  let resolveClosed = (): void => {}
  const closed = new Promise<void>((resolve) => {
    resolveClosed = resolve
  })

  /** An effect may cause the next input, so the inputs queue. */
  function dispatch(input: SessionInput): void {
    queue.push(input)
    if (running) return
    running = true
    try {
      for (let first = queue.shift(); first !== undefined; first = queue.shift()) step(first)
    } finally {
      running = false
    }
  }

  function step(input: SessionInput): void {
    observeToken(input)
    const before = state
    const [after, effects] = next(state, { ...input, now: clock.now(), random: clock.random() }, options)
    state = after
    if (after.type !== before.type) {
      observe({ type: 'state', state: after.type, ...('error' in after && after.error && { error: after.error }) })
    }
    effects.forEach(run)
    if (after.type === 'closed') void connection.gone().then(resolveClosed)
    const newStatus = statusOf(after)
    if (isSameStatus(newStatus, status)) return
    status = newStatus
    onOutput({ type: 'status', status })
  }

  function run(effect: Effect): void {
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
        return connection.subscribe()
      case 'get':
        gets++
        return connection.get()
      case 'repeatGet':
        return connection.repeatGet()
      case 'deliverDocument':
        return onOutput({ type: 'document', document: effect.document, get: gets })
      case 'deliverDesiredPatch':
        return onOutput({ type: 'desiredPatch', patch: effect.patch })
      case 'syncFailed':
        return onOutput({ type: 'syncFailed', error: effect.error, get: gets })
      case 'startTimer':
        return timers.start(effect.timer, effect.delayInMs)
      case 'stopTimer':
        return timers.stop(effect.timer)
      case 'stopTimers':
        return timers.stopAll()
    }
  }

  function observeToken(input: SessionInput): void {
    if (input.type === 'token') observe({ type: 'token', step: 'given', expiresAt: input.expiresAt })
    if (input.type === 'tokenFailed') observe({ type: 'token', step: 'failed', error: input.error })
  }

  return {
    start() {
      dispatch({ type: 'start' })
    },
    report: connection.report,
    refresh() {
      const nextGet = gets + 1
      dispatch({ type: 'refresh' })
      return nextGet
    },
    wake() {
      dispatch({ type: 'wake', silentForInMs: connection.silentForInMs() })
    },
    sleep() {
      dispatch({ type: 'sleep' })
    },
    close() {
      dispatch({ type: 'close' })
      return closed
    },
  }
}
