import type { TwinError } from '../errors.ts'
import type { DesiredPatch, TwinDocument } from './document.ts'

/**
 * A GET without a response. Desired patches wait for it: the document may be older or newer than
 * they are.
 */
export interface Sync {
  /** The GET has left. */
  readonly asked: boolean
  /** Another GET must follow: the app asked after this GET, or a desired patch was lost. */
  readonly again: boolean
  readonly held: readonly DesiredPatch[]
  /** How often in a row a GET did not close the gap, or failed. */
  readonly rounds: number
}

/**
 * Whether SUBSCRIBE and the first GET leave without waiting for the responses before them.
 *
 * - `on`: they do.
 * - `suspect`: a pipelined connection ended without a response, so the next connection waits for
 *   each response. If it fails too, pipelining was not the reason, and the mode is `on` again.
 * - `off`: a connection without pipelining became ready after a pipelined connection failed.
 */
export type Pipelining = 'on' | 'suspect' | 'off'

/** Failures in a row. A connection that lasts resets each count, and keeps only `pipelining`. */
export interface Streak {
  /** Failures of any kind; the back-off grows with them. */
  readonly failures: number
  /** Refused CONNECTs, each with a fresh token. */
  readonly refusals: number
  /** Connections lost soon after they were ready. */
  readonly drops: number
  readonly pipelining: Pipelining
}

/** `expiresAt` is when the current token expires, in milliseconds since 1970. */
export type SessionState =
  | { readonly type: 'idle' }
  | AuthorizingState
  | OpeningState
  | SyncingState
  | ReadyState
  | WaitingState
  | { readonly type: 'closed'; readonly error?: TwinError }

/** A state in which the session has or makes a connection. */
export type ActiveState = AuthorizingState | OpeningState | SyncingState | ReadyState

export interface AuthorizingState {
  readonly type: 'authorizing'
  readonly streak: Streak
}

export interface OpeningState {
  readonly type: 'opening'
  readonly streak: Streak
  readonly expiresAt: number
  /** On a pipelined connection the GET has left already. */
  readonly sync: Sync
}

/** Connected, without a document so far. */
export interface SyncingState {
  readonly type: 'syncing'
  readonly streak: Streak
  readonly expiresAt: number
  readonly sync: Sync
  /** SUBACK has arrived. */
  readonly subscribed: boolean
}

/**
 * Progress toward the next token. The session requests it over the existing connection. Open
 * requests may then finish before the connection changes.
 */
export type Renewal =
  | { readonly type: 'none' }
  | { readonly type: 'asking' }
  | { readonly type: 'draining'; readonly expiresAt: number }

export interface ReadyState {
  readonly type: 'ready'
  readonly streak: Streak
  readonly expiresAt: number
  /** When to ask for the next token, in milliseconds since 1970. */
  readonly renewAt: number
  readonly renewal: Renewal
  /** The reason that there is no newer token, until there is. */
  readonly error?: TwinError
  /** The newest desired version delivered. */
  readonly have: number
  /** SUBACK has arrived. A document that arrived before it is read again after it. */
  readonly subscribed: boolean
  /** A GET on the existing connection: after a gap, after a wake, or because the app asked. */
  readonly sync?: Sync
}

export interface WaitingState {
  readonly type: 'waiting'
  readonly streak: Streak
  readonly error: TwinError
  readonly retryInMs: number
  /** A wake has shortened the wait. */
  readonly woken: boolean
}

/**
 * - `deadline` ends a wait for the hub or for a token.
 * - `repeat` sends the first GET again, because its response may be lost.
 * - `retry` ends a back-off.
 * - `uptime` marks a connection that has lasted long enough.
 * - `renew` asks for the next token.
 */
export type TimerName = 'deadline' | 'repeat' | 'retry' | 'uptime' | 'renew'

/** An input of the state machine. */
export type SessionInput =
  | { readonly type: 'start' }
  | { readonly type: 'token'; readonly expiresAt: number }
  | { readonly type: 'tokenFailed'; readonly error: TwinError }
  | { readonly type: 'up' }
  | { readonly type: 'refused'; readonly code: number }
  /** `opened`: the hub may have read packets although it did not answer CONNECT. */
  | { readonly type: 'down'; readonly error: TwinError; readonly opened?: boolean }
  | { readonly type: 'subscribed'; readonly roundTripInMs: number }
  | { readonly type: 'document'; readonly document: TwinDocument }
  | { readonly type: 'syncFailed'; readonly error: TwinError }
  | { readonly type: 'desiredPatch'; readonly patch: DesiredPatch }
  /** A message on the topic of desired patches could not be read. */
  | { readonly type: 'desiredPatchLost' }
  | { readonly type: 'refresh' }
  | { readonly type: 'timer'; readonly timer: TimerName }
  /** No request is open. */
  | { readonly type: 'drained' }
  /**
   * The network is back, the page is shown, or the machine is awake; `silentForInMs` since the last
   * packet of the hub.
   */
  | { readonly type: 'wake'; readonly silentForInMs: number }
  /** The page is frozen: none of its code runs until it is shown again. */
  | { readonly type: 'sleep' }
  | { readonly type: 'close'; readonly error?: TwinError }

/** An input, with the time (milliseconds since 1970) and a random number from 0 to 1. */
export type SessionEvent = SessionInput & { readonly now: number; readonly random: number }

export type Effect =
  | { readonly type: 'askToken' }
  | { readonly type: 'cancelToken' }
  | { readonly type: 'invalidateToken' }
  | { readonly type: 'openWire' }
  | { readonly type: 'closeWire' }
  /** Starts no new request; `drained` follows when no request is open. */
  | { readonly type: 'drain' }
  | { readonly type: 'subscribe' }
  | { readonly type: 'get' }
  /** Sends the last GET again with the same `$rid`; the first response counts. */
  | { readonly type: 'repeatGet' }
  | { readonly type: 'document'; readonly document: TwinDocument }
  | { readonly type: 'desiredPatch'; readonly patch: DesiredPatch }
  | { readonly type: 'syncFailed'; readonly error: TwinError }
  | { readonly type: 'startTimer'; readonly timer: TimerName; readonly delayInMs: number }
  | { readonly type: 'stopTimer'; readonly timer: TimerName }
  | { readonly type: 'stopTimers' }

export type Step = readonly [SessionState, readonly Effect[]]

/** Each is an option of `openTwin`. */
export interface SessionSettings {
  readonly pipelining: boolean
  readonly requestTimeoutInMs: number
  readonly connectTimeoutInMs: number
  readonly retryDelayInMs: number
  readonly maxRetryDelayInMs: number
  readonly minUptimeInMs: number
  readonly renewMarginInSeconds: number
  readonly wakeTimeoutInMs: number
}

/**
 * The state of a session as the app sees it.
 * @example
 * ```ts
 * import { openTwin, type TwinStatus } from 'hubtwin'
 *
 * function textOf(status: TwinStatus): string {
 *   switch (status.type) {
 *     case 'connecting':
 *       return `attempt ${status.attempt}`
 *     case 'ready':
 *       return status.error === undefined ? 'online' : `online; ${status.error.message}`
 *     case 'waiting':
 *       return `${status.error.code}; retry in ${status.retryInMs} ms`
 *     case 'closed':
 *       return 'closed'
 *   }
 * }
 *
 * declare const connectionString: string
 * const twin = openTwin(connectionString)
 * twin.onStatus((status) => console.log(textOf(status)))
 * ```
 */
export type TwinStatus =
  /** `attempt` counts from 1 since the last lasting connection. */
  | { readonly type: 'connecting'; readonly attempt: number }
  /**
   * With an error when the token expires and there is no newer one: the hub will end the
   * connection.
   */
  | { readonly type: 'ready'; readonly error?: TwinError }
  | { readonly type: 'waiting'; readonly retryInMs: number; readonly error: TwinError }
  | { readonly type: 'closed'; readonly error?: TwinError }

export function statusOf(state: SessionState): TwinStatus {
  switch (state.type) {
    case 'idle':
      return { type: 'connecting', attempt: 1 }
    case 'authorizing':
    case 'opening':
    case 'syncing':
      return { type: 'connecting', attempt: state.streak.failures + 1 }
    case 'ready':
      return { type: 'ready', ...(state.error !== undefined && { error: state.error }) }
    case 'waiting':
      return { type: 'waiting', retryInMs: state.retryInMs, error: state.error }
    case 'closed':
      return { type: 'closed', ...(state.error !== undefined && { error: state.error }) }
  }
}

export function isSameStatus(a: TwinStatus, b: TwinStatus): boolean {
  return FIELDS.every((field) => (a as StatusFields)[field] === (b as StatusFields)[field])
}

const FIELDS = ['type', 'attempt', 'retryInMs', 'error'] as const
type StatusFields = { readonly [Field in (typeof FIELDS)[number]]?: unknown }
