import type { Credentials } from '../credentials/credentials.ts'
import type { TwinError } from '../errors.ts'
import type { TwinDocument } from '../protocol/document.ts'
import { next } from '../protocol/machine.ts'
import {
  type DesiredPatch,
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

/** What comes up from a session. `get` counts the GETs, so that who asked knows which document is young enough. */
export type SessionOutput =
  | { readonly type: 'status'; readonly status: TwinStatus }
  | { readonly type: 'document'; readonly document: TwinDocument; readonly get: number }
  | { readonly type: 'patch'; readonly patch: DesiredPatch }
  | { readonly type: 'syncFailed'; readonly error: TwinError; readonly get: number }
  /** The connection is about to be changed: no new report until the status is `ready` again. */
  | { readonly type: 'draining' }

export interface SessionOptions extends SessionSettings {
  readonly credentials: Credentials
  readonly endpoint: string
  readonly keepaliveInSeconds: number
  readonly openWire: OpenWire
  readonly clock: Clock
  readonly onOutput: (output: SessionOutput) => void
  readonly observe: (observed: Observed) => void
}

export interface Session {
  start(): void
  /** Sends a reported patch on the living connection; there is an outcome in any case. */
  readonly report: Connection['report']
  /** @returns the number of the first GET that is younger than this call */
  refresh(): number
  wake(): void
  sleep(): void
  /** Ends when the connection is gone. */
  close(): Promise<void>
}

/** Runs the machine: brings it what happens, one event after another, and does what it wants. */
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

  /** An effect may bring the next event about: they run one after another, in order. */
  function dispatch(happening: SessionInput): void {
    queue.push(happening)
    if (running) return
    running = true
    try {
      for (let event = queue.shift(); event !== undefined; event = queue.shift()) step(event)
    } finally {
      running = false
    }
  }

  function step(happening: SessionInput): void {
    observeToken(happening)
    const before = state
    const [after, effects] = next(state, { ...happening, now: clock.now(), random: clock.random() }, options)
    state = after
    if (after.type !== before.type) {
      observe({ type: 'state', state: after.type, ...('error' in after && after.error && { error: after.error }) })
    }
    effects.forEach(run)
    if (after.type === 'closed') void connection.gone.then(resolveClosed)
    const told = statusOf(after)
    if (isSameStatus(told, status)) return
    status = told
    onOutput({ type: 'status', status })
  }

  function run(effect: Effect): void {
    switch (effect.type) {
      case 'askToken':
        observe({ type: 'token', step: 'asked' })
        return token.ask()
      case 'cancelToken':
        return token.cancel()
      case 'invalidateToken':
        observe({ type: 'token', step: 'refused' })
        return credentials.invalidate?.()
      case 'openWire':
        return connection.open(token.password)
      case 'closeWire':
        return connection.close()
      case 'drain':
        onOutput({ type: 'draining' })
        return connection.idle ? dispatch({ type: 'drained' }) : undefined
      case 'subscribe':
        return connection.subscribe()
      case 'get':
        gets++
        return connection.get()
      case 'repeatGet':
        return connection.repeatGet()
      case 'deliverDocument':
        return onOutput({ type: 'document', document: effect.document, get: gets })
      case 'deliverPatch':
        return onOutput({ type: 'patch', patch: effect.patch })
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

  function observeToken(happening: SessionInput): void {
    if (happening.type === 'token') observe({ type: 'token', step: 'given', expiresAt: happening.expiresAt })
    if (happening.type === 'tokenFailed') observe({ type: 'token', step: 'failed', error: happening.error })
  }

  return {
    start() {
      dispatch({ type: 'start' })
    },
    report: connection.report,
    refresh() {
      const wanted = gets + 1
      dispatch({ type: 'refresh' })
      return wanted
    },
    wake() {
      dispatch({ type: 'wake', silentForInMs: connection.silentForInMs })
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
