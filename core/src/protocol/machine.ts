import { protocolError, TwinError } from '../errors.ts'
import { CLOSE, startTimer, STOP_TIMERS } from './machine-effects.ts'
import { drop, fail, failSync, newStreak, refuse } from './machine-failures.ts'
import { suspectPipelining, FLIGHT, handleSubscribed, confirmSuspicion } from './machine-pipelining.ts'
import { changeToken, checkExpiry, continueRenewal, handleToken, open, renewLater } from './machine-renewal.ts'
import type {
  ActiveState,
  OpeningState,
  ReadyState,
  SessionEvent,
  SessionSettings,
  SessionState,
  Step,
  Streak,
  SyncingState,
  TimerName,
} from './machine-states.ts'
import { handleDesiredPatch, handleDocument, holdDuring, resync, type SyncEvent } from './machine-sync.ts'
import { probe, sleep, wakeEarly } from './machine-wake.ts'
import { renewalTime, timerDelay } from './renewal.ts'

type DocumentEvent = Extract<SessionEvent, { type: 'document' }>

/**
 * The life of a session as a pure function: a state and an input give the next state and the
 * effects. It never waits, connects, or reads a clock: each input carries its time and a random
 * number.
 */
export function next(state: SessionState, event: SessionEvent, settings: SessionSettings): Step {
  const handlers: { readonly [name in InputName]?: unknown } = HANDLERS[state.type]
  // The type of the table guarantees that the handler fits the state and the input.
  const handle = handlers[event.type === 'timer' ? event.timer : event.type] as Handler | undefined
  return checkExpiry(handle?.(state, event, settings) ?? [state, []], event.now)
}

/** Returns `undefined` for an input that changes nothing. */
type Handler<State = SessionState, Event = SessionEvent> = (
  state: State,
  event: Event,
  settings: SessionSettings,
) => Step | undefined

/** A timer has its own name. */
type InputName = Exclude<SessionEvent['type'], 'timer'> | TimerName

type Handlers<State> = {
  readonly [Name in InputName]?: Handler<
    State,
    Extract<SessionEvent, { type: Name extends TimerName ? 'timer' : Name }>
  >
}

const UNTIL_CLOSED: Handlers<unknown> = { close: (_, { error }) => close(error) }

const CONNECTING: Handlers<ActiveState> = { ...UNTIL_CLOSED, sleep }

/**
 * Handles a lost connection, a missing response, and a response that is not a twin, with or without
 * a first document.
 */
const CONNECTED: Handlers<SyncingState | ReadyState> = {
  ...CONNECTING,
  down: (state, event, settings) =>
    state.type === 'ready'
      ? drop(state.streak, event, settings)
      : fail(suspectPipelining(state.streak), event.error, event, settings),
  deadline(state, event, settings) {
    const streak = state.type === 'syncing' ? suspectPipelining(state.streak) : state.streak
    return fail(streak, new TwinError('ERR_TIMEOUT', 'Hub did not answer in time'), event, settings)
  },
  syncFailed: (state, event, settings) => (state.sync?.asked ? failSync(state, event, settings) : undefined),
}

/**
 * The inputs that each state handles; it ignores all others. Timers belong to the state that
 * started them: the step to a state of another type stops them all first.
 */
const HANDLERS: { readonly [Type in SessionState['type']]: Handlers<Extract<SessionState, { type: Type }>> } = {
  idle: {
    ...UNTIL_CLOSED,
    start: (_, _event, settings) => authorize(newStreak(settings.pipelining ? 'on' : 'off'), settings),
  },
  authorizing: {
    ...CONNECTING,
    token: ({ streak }, { expiresAt }, settings) => open(streak, expiresAt, settings),
    tokenFailed: ({ streak }, event, settings) =>
      event.error.retriable ? fail(streak, event.error, event, settings) : close(event.error),
    deadline({ streak }, event, settings) {
      const error = new TwinError(
        'ERR_TOKEN',
        `Token source returned no token within ${settings.connectTimeoutInMs} ms`,
      )
      return fail(streak, error, event, settings)
    },
  },
  opening: {
    ...CONNECTING,
    up: ({ streak, expiresAt, sync }, _, { requestTimeoutInMs }) => [
      { type: 'syncing', streak: { ...streak, refusals: 0 }, expiresAt, sync, subscribed: false },
      [STOP_TIMERS, startTimer('deadline', requestTimeoutInMs), ...(sync.asked ? [] : FLIGHT.slice(0, 1))],
    ],
    refused: refuse,
    refresh: holdPatch,
    down: ({ streak }, event, settings) =>
      fail(event.opened ? suspectPipelining(streak) : streak, event.error, event, settings),
    deadline: ({ streak }, event, settings) =>
      fail(streak, new TwinError('ERR_TIMEOUT', 'Hub did not answer CONNECT in time'), event, settings),
  },
  syncing: {
    ...CONNECTED,
    subscribed: handleSubscribed,
    document: becomeReady,
    desiredPatch: holdPatch,
    desiredPatchLost: holdPatch,
    refresh: holdPatch,
    repeat: (state) => [state, [{ type: 'repeatGet' }]],
  },
  ready: {
    ...CONNECTED,
    document: (state, event, settings) => state.sync && acceptDocument(state, event, settings),
    subscribed: (state, event, settings) =>
      // The document may be older than the subscription, and a change between the two would be
      // missed.
      state.subscribed
        ? undefined
        : handleDesiredPatch({ ...state, subscribed: true }, { ...event, type: 'refresh' }, settings),
    desiredPatch: handleDesiredPatch,
    desiredPatchLost: handleDesiredPatch,
    refresh: handleDesiredPatch,
    token: handleToken,
    tokenFailed: (state, event, settings) =>
      state.renewal.type === 'asking' ? renewLater(state, event.error, event, settings) : undefined,
    drained: (state, _, settings) =>
      state.renewal.type === 'draining' ? changeToken(state, state.renewal.expiresAt, settings) : undefined,
    wake: probe,
    uptime: (state) => [{ ...state, streak: newStreak(state.streak.pipelining) }, []],
    renew: continueRenewal,
    retry: (state, _, settings) => state.sync && resync(state, state.sync, settings),
  },
  waiting: {
    ...UNTIL_CLOSED,
    retry: ({ streak }, _, settings) => authorize(streak, settings),
    wake: wakeEarly,
  },
  closed: {},
}

function authorize(streak: Streak, { connectTimeoutInMs }: SessionSettings): Step {
  return [
    { type: 'authorizing', streak },
    [STOP_TIMERS, startTimer('deadline', connectTimeoutInMs), { type: 'askToken' }],
  ]
}

function holdPatch(state: OpeningState | SyncingState, event: SyncEvent): Step {
  return [{ ...state, sync: holdDuring(state.sync, event) }, []]
}

function becomeReady(
  { streak, expiresAt, sync, subscribed }: SyncingState,
  event: DocumentEvent,
  settings: SessionSettings,
): Step | undefined {
  if (!sync.asked) return undefined
  const renewAt = renewalTime(expiresAt, event.now, settings.renewMarginInSeconds)
  const [state, effects] = acceptDocument(
    {
      ...{ type: 'ready', streak: confirmSuspicion(streak), expiresAt, renewAt, renewal: { type: 'none' } },
      ...{ have: 0, subscribed, sync },
    },
    event,
    settings,
  )
  if (state.type !== 'ready') return [state, effects]
  return [
    state,
    [
      STOP_TIMERS,
      startTimer('uptime', settings.minUptimeInMs),
      startTimer('renew', timerDelay(renewAt, event.now)),
      ...(subscribed ? [] : [startTimer('deadline', settings.requestTimeoutInMs)]),
      ...effects,
    ],
  ]
}

/**
 * Without a limit, a hub whose patches never fit its documents would get GETs forever. New
 * connections have a back-off.
 */
const MAX_ROUNDS = 5

function acceptDocument(state: ReadyState, event: DocumentEvent, settings: SessionSettings): Step {
  const [synced, effects] = handleDocument(state, event.document, settings)
  if (synced.sync === undefined || synced.sync.rounds < MAX_ROUNDS) return [synced, effects]
  const error = protocolError(`Desired patches did not fit the twin that the hub sent, ${MAX_ROUNDS} times`)
  const [waiting, ending] = fail(synced.streak, error, event, settings)
  return [waiting, [...effects.filter(({ type }) => type !== 'get'), ...ending]]
}

function close(error: TwinError | undefined): Step {
  return [{ type: 'closed', ...(error && { error }) }, CLOSE]
}
