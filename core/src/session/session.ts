import type { Credentials } from '../credentials/credentials.ts'
import { TwinError } from '../errors.ts'
import type { TwinDocument } from '../protocol/document.ts'
import { clientId, userName } from '../protocol/identity.ts'
import type { JsonObject } from '../protocol/json.ts'
import { next } from '../protocol/machine.ts'
import {
  type DesiredPatch,
  type Effect,
  type Happening,
  type SessionSettings,
  type SessionState,
  statusOf,
  type TimerName,
  type TwinStatus,
} from '../protocol/machine-states.ts'
import { readDocument, readNotification, statusError } from '../protocol/response.ts'
import { FILTERS, getTopic, parseTopic, reportTopic } from '../protocol/topics.ts'
import type { Clock } from './clock.ts'
import { createRequests, type Outcome } from './requests.ts'
import { createTokenRequest } from './token-request.ts'
import type { OpenWire, Wire, WireEvent } from './wire.ts'

/** What comes up from a session. `get` counts the GETs, so that who asked knows which document is young enough. */
export type SessionOutput =
  | { readonly type: 'status'; readonly status: TwinStatus }
  | { readonly type: 'document'; readonly document: TwinDocument; readonly get: number }
  | { readonly type: 'patch'; readonly patch: DesiredPatch }
  | { readonly type: 'syncFailed'; readonly error: TwinError; readonly get: number }

export interface SessionOptions extends SessionSettings {
  readonly credentials: Credentials
  readonly endpoint: string
  readonly keepaliveInSeconds: number
  readonly openWire: OpenWire
  readonly clock: Clock
  readonly onOutput: (output: SessionOutput) => void
}

export interface Session {
  start(): void
  /** Sends a reported patch on the living connection; there is an outcome in any case. */
  report(patch: JsonObject, onOutcome: (outcome: Outcome) => void): void
  /** @returns the number of the first GET that is younger than this call */
  refresh(): number
  /** Ends when the connection is gone. */
  close(error?: TwinError): Promise<void>
}

/** Runs the machine: owns time, the token that is asked for, and one wire at a time. */
export function createSession(options: SessionOptions): Session {
  const { credentials, clock, onOutput } = options
  const requests = createRequests(clock, options.requestTimeoutInMs)
  const token = createTokenRequest(credentials, dispatch)
  const timers = new Map<TimerName, () => void>()
  const queue: Happening[] = []
  let state: SessionState = { type: 'idle' }
  let status = statusOf(state)
  let wire: Wire | undefined
  let wireClosed: Promise<void> = Promise.resolve()
  let resolveClosed = (): void => {}
  const closed = new Promise<void>((resolve) => {
    resolveClosed = resolve
  })
  let gets = 0
  let running = false

  /** An effect may bring the next event about: they run one after another, in order. */
  function dispatch(happening: Happening): void {
    queue.push(happening)
    if (running) return
    running = true
    try {
      for (let event = queue.shift(); event !== undefined; event = queue.shift()) step(event)
    } finally {
      running = false
    }
  }

  function step(happening: Happening): void {
    const [after, effects] = next(state, { ...happening, now: clock.now(), random: clock.random() }, options)
    state = after
    effects.forEach(run)
    if (after.type === 'closed') void wireClosed.then(resolveClosed)
    const told = statusOf(after)
    if (told.type === status.type && attemptOf(told) === attemptOf(status)) return
    status = told
    onOutput({ type: 'status', status })
  }

  function run(effect: Effect): void {
    switch (effect.type) {
      case 'askToken':
        return token.ask()
      case 'cancelToken':
        return token.cancel()
      case 'invalidateToken':
        return credentials.invalidate?.()
      case 'openWire':
        return openWire()
      case 'closeWire':
        return closeWire()
      case 'subscribe':
        return wire?.subscribe(FILTERS)
      case 'get':
        return get()
      case 'deliverDocument':
        return onOutput({ type: 'document', document: effect.document, get: gets })
      case 'deliverPatch':
        return onOutput({ type: 'patch', patch: effect.patch })
      case 'syncFailed':
        return onOutput({ type: 'syncFailed', error: effect.error, get: gets })
      case 'startTimer':
        return startTimer(effect.timer, effect.delayInMs)
      case 'stopTimer':
        return stopTimer(effect.timer)
      case 'stopTimers':
        return [...timers.keys()].forEach(stopTimer)
    }
  }

  function startTimer(timer: TimerName, delayInMs: number): void {
    stopTimer(timer)
    const cancel = clock.after(delayInMs, () => {
      timers.delete(timer)
      dispatch({ type: 'timer', timer })
    })
    timers.set(timer, cancel)
  }

  function stopTimer(timer: TimerName): void {
    timers.get(timer)?.()
    timers.delete(timer)
  }

  function openWire(): void {
    const { identity } = credentials
    const request = {
      url: options.endpoint,
      clientId: clientId(identity),
      userName: userName(identity),
      password: token.password,
      keepaliveInSeconds: options.keepaliveInSeconds,
    }
    try {
      const opened: Wire = options.openWire(request, (event) => {
        // An event of a connection that has been given up comes too late to mean anything.
        if (opened === wire) receive(event)
      })
      wire = opened
    } catch (cause) {
      dispatch({ type: 'down', error: new TwinError('ERR_UNREACHABLE', 'Connection could not be begun', { cause }) })
    }
  }

  function closeWire(): void {
    if (wire === undefined) return
    const old = wire
    wire = undefined
    wireClosed = old.close()
    requests.failAll(new TwinError('ERR_INTERRUPTED', 'Connection closed before the hub answered'))
  }

  function receive(event: WireEvent): void {
    if (event.type === 'message') receiveMessage(event.topic, event.payload)
    else dispatch(event)
  }

  function receiveMessage(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic)
    const body = new TextDecoder().decode(payload)
    if (parsed.type === 'response') requests.answer(parsed.rid, { ...parsed, body })
    else if (parsed.type === 'desired') receiveNotification(body, parsed.version)
  }

  function receiveNotification(body: string, topicVersion: number | undefined): void {
    try {
      dispatch({ type: 'patch', patch: readNotification(body, topicVersion) })
    } catch (error) {
      if (!(error instanceof TwinError)) throw error
      dispatch({ type: 'notificationLost' })
    }
  }

  function get(): void {
    gets++
    const rid = requests.open((outcome) => {
      // Without an answer it is the state's own deadline, or the end of the connection, that decides.
      if (outcome.type === 'answered') dispatch(readAnswer(outcome))
    })
    wire?.publish(getTopic(rid), '')
  }

  return {
    start() {
      dispatch({ type: 'start' })
    },
    report(patch, onOutcome) {
      if (wire === undefined) {
        onOutcome({ type: 'failed', error: new TwinError('ERR_INTERRUPTED', 'Connection is closed') })
        return
      }
      wire.publish(reportTopic(requests.open(onOutcome)), JSON.stringify(patch))
    },
    refresh() {
      const wanted = gets + 1
      dispatch({ type: 'refresh' })
      return wanted
    },
    close(error) {
      dispatch({ type: 'close', ...(error !== undefined && { error }) })
      return closed
    },
  }
}

function attemptOf(status: TwinStatus): number | undefined {
  return status.type === 'connecting' ? status.attempt : undefined
}

function readAnswer({ status, body }: Extract<Outcome, { type: 'answered' }>): Happening {
  const refusal = statusError(status, body, 'GET of the twin')
  if (refusal !== undefined) return { type: 'syncFailed', error: refusal }
  try {
    return { type: 'document', document: readDocument(body) }
  } catch (error) {
    if (error instanceof TwinError) return { type: 'syncFailed', error }
    throw error
  }
}
