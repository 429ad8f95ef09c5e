import { TwinError } from '../errors.ts'
import { CLOSE, startTimer, STOP_TIMERS } from './machine-effects.ts'
import { drop, fail, failSync, newStreak, refuse } from './machine-failures.ts'
import { doubtPipelining, handleSubscribed, settlePipelining } from './machine-pipelining.ts'
import { changeToken, checkExpiry, continueRenewal, handleToken, open, renewLater } from './machine-renewal.ts'
import type {
  AuthorizingState,
  OpeningState,
  ReadyState,
  SessionEvent,
  SessionSettings,
  SessionState,
  Step,
  Streak,
  SyncingState,
  WaitingState,
} from './machine-states.ts'
import { handleDesiredPatch, handleDocument, holdDuring, resync } from './machine-sync.ts'
import { probe, sleep, wakeEarly } from './machine-wake.ts'
import { protocolError } from './protocol-error.ts'
import { renewalTime, timerDelay } from './renewal.ts'

/**
 * The life of a session as a pure function: a state and an input give the next state and the
 * effects. It never waits, connects or reads a clock: each input carries its own time and its own
 * random number.
 *
 * A state ignores the inputs that it does not name. Timers belong to the state that started them:
 * the step to a state of another type stops them all first.
 */
export function next(state: SessionState, event: SessionEvent, settings: SessionSettings): Step {
  if (state.type === 'closed') return [state, []]
  if (event.type === 'close') return close(event.error)
  if (event.type === 'sleep') return sleep(state, settings)
  switch (state.type) {
    case 'idle':
      return event.type === 'start' ? authorize(newStreak(settings.pipelining ? 'on' : 'off'), settings) : [state, []]
    case 'authorizing':
      return nextAuthorizing(state, event, settings)
    case 'opening':
      return nextOpening(state, event, settings)
    case 'syncing':
      return nextSyncing(state, event, settings)
    case 'ready':
      return checkExpiry(nextReady(state, event, settings), event.now)
    case 'waiting':
      return nextWaiting(state, event, settings)
  }
}

function nextWaiting(state: WaitingState, event: SessionEvent, settings: SessionSettings): Step {
  if (event.type === 'timer' && event.timer === 'retry') return authorize(state.streak, settings)
  return event.type === 'wake' ? wakeEarly(state, event) : [state, []]
}

function authorize(streak: Streak, settings: SessionSettings): Step {
  return [
    { type: 'authorizing', streak },
    [STOP_TIMERS, startTimer('deadline', settings.connectTimeoutInMs), { type: 'askToken' }],
  ]
}

function nextAuthorizing(state: AuthorizingState, event: SessionEvent, settings: SessionSettings): Step {
  switch (event.type) {
    case 'token':
      return open(state.streak, event.expiresAt, settings)
    case 'tokenFailed':
      return event.error.retriable ? fail(state.streak, event.error, event.random, settings) : close(event.error)
    case 'timer': {
      if (event.timer !== 'deadline') return [state, []]
      const error = new TwinError('ERR_TOKEN', `Source of tokens gave none within ${settings.connectTimeoutInMs} ms`)
      return fail(state.streak, error, event.random, settings)
    }
    default:
      return [state, []]
  }
}

function nextOpening(state: OpeningState, event: SessionEvent, settings: SessionSettings): Step {
  switch (event.type) {
    case 'up': {
      const { streak, expiresAt, sync } = state
      return [
        { type: 'syncing', streak: { ...streak, refusals: 0 }, expiresAt, sync, subscribed: false },
        [
          STOP_TIMERS,
          startTimer('deadline', settings.requestTimeoutInMs),
          ...(sync.asked ? [] : [{ type: 'subscribe' } as const]),
        ],
      ]
    }
    case 'refused':
      return refuse(state, event, settings)
    case 'refresh':
      return [{ ...state, sync: holdDuring(state.sync, event) }, []]
    case 'down': {
      const streak = event.opened === true ? doubtPipelining(state.streak) : state.streak
      return fail(streak, event.error, event.random, settings)
    }
    case 'timer':
      return event.timer === 'deadline'
        ? fail(state.streak, new TwinError('ERR_TIMEOUT', 'Hub did not answer CONNECT in time'), event.random, settings)
        : [state, []]
    default:
      return [state, []]
  }
}

function nextSyncing(state: SyncingState, event: SessionEvent, settings: SessionSettings): Step {
  switch (event.type) {
    case 'subscribed':
      return state.subscribed ? [state, []] : handleSubscribed(state, event, settings)
    case 'document':
      return state.sync.asked ? becomeReady(state, event, settings) : [state, []]
    case 'desiredPatch':
    case 'desiredPatchLost':
    case 'refresh':
      return [{ ...state, sync: holdDuring(state.sync, event) }, []]
    case 'timer':
      return event.timer === 'repeat' ? [state, [{ type: 'repeatGet' }]] : nextConnected(state, event, settings)
    default:
      return nextConnected(state, event, settings)
  }
}

function becomeReady(
  { streak, expiresAt, sync, subscribed }: SyncingState,
  event: Extract<SessionEvent, { type: 'document' }>,
  settings: SessionSettings,
): Step {
  const renewAt = renewalTime(expiresAt, event.now, settings.renewMarginInSeconds)
  const have = event.document.versions.desired
  const [ready, effects] = acceptDocument(
    {
      type: 'ready',
      streak: settlePipelining(streak),
      expiresAt,
      renewAt,
      renewal: { type: 'none' },
      have,
      subscribed,
      sync,
    },
    event,
    settings,
  )
  if (ready.type !== 'ready') return [ready, effects]
  return [
    ready,
    [
      STOP_TIMERS,
      startTimer('uptime', settings.minUptimeInMs),
      startTimer('renew', timerDelay(renewAt, event.now)),
      ...(subscribed ? [] : [startTimer('deadline', settings.requestTimeoutInMs)]),
      ...effects,
    ],
  ]
}

function nextReady(state: ReadyState, event: SessionEvent, settings: SessionSettings): Step {
  switch (event.type) {
    case 'document':
      return state.sync === undefined ? [state, []] : acceptDocument(state, event, settings)
    case 'subscribed':
      // The document may be older than the subscription, and a change between the two would be
      // missed.
      return state.subscribed
        ? [state, []]
        : handleDesiredPatch({ ...state, subscribed: true }, { ...event, type: 'refresh' }, settings)
    case 'desiredPatch':
    case 'desiredPatchLost':
    case 'refresh':
      return handleDesiredPatch(state, event, settings)
    case 'token':
      return handleToken(state, event, settings)
    case 'tokenFailed':
      return state.renewal.type === 'asking' ? renewLater(state, event.error, event, settings) : [state, []]
    case 'drained':
      return state.renewal.type === 'draining' ? changeToken(state, state.renewal.expiresAt, settings) : [state, []]
    case 'wake':
      return probe(state, event, settings)
    case 'timer':
      if (event.timer === 'uptime') return [{ ...state, streak: newStreak(state.streak.pipelining) }, []]
      if (event.timer === 'renew') return continueRenewal(state, event.now, settings)
      if (event.timer === 'retry' && state.sync !== undefined) return resync(state, state.sync, settings)
      return nextConnected(state, event, settings)
    default:
      return nextConnected(state, event, settings)
  }
}

/**
 * A hub whose patches never fit its documents would get GETs without end; the back-off paces new
 * connections.
 */
const MAX_ROUNDS = 5

function acceptDocument(
  state: ReadyState,
  { document, random }: Extract<SessionEvent, { type: 'document' }>,
  settings: SessionSettings,
): Step {
  const [synced, effects] = handleDocument(state, document, settings)
  if (synced.sync === undefined || synced.sync.rounds < MAX_ROUNDS) return [synced, effects]
  const error = protocolError(`Desired patches did not fit the twin that the hub sent, ${MAX_ROUNDS} times`)
  const [waiting, ending] = fail(synced.streak, error, random, settings)
  return [waiting, [...effects.filter(({ type }) => type !== 'get'), ...ending]]
}

/**
 * Handles a lost connection, a missing answer and an answer that is no twin, with or without a
 * first document.
 */
function nextConnected(state: SyncingState | ReadyState, event: SessionEvent, settings: SessionSettings): Step {
  switch (event.type) {
    case 'down':
      return state.type === 'ready'
        ? drop(state.streak, event, settings)
        : fail(doubtPipelining(state.streak), event.error, event.random, settings)
    case 'timer': {
      if (event.timer !== 'deadline') return [state, []]
      const streak = state.type === 'syncing' ? doubtPipelining(state.streak) : state.streak
      return fail(streak, new TwinError('ERR_TIMEOUT', 'Hub did not answer in time'), event.random, settings)
    }
    case 'syncFailed':
      return state.sync?.asked === true ? failSync(state, event, settings) : [state, []]
    default:
      return [state, []]
  }
}

function close(error: TwinError | undefined): Step {
  return [{ type: 'closed', ...(error !== undefined && { error }) }, CLOSE]
}
