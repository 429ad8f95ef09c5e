import type { TwinError } from '../errors.ts'
import type { JsonObject } from './json.ts'
import type { TwinDocument } from './document.ts'

/** A desired notification: the merge patch that makes this version of the one before. */
export interface DesiredPatch {
  readonly version: number
  readonly properties: JsonObject
}

/** A GET under way. Notifications are held meanwhile, as the answer may be older or newer than they are. */
export interface Sync {
  /** The GET has left. */
  readonly asked: boolean
  /** Another GET has to follow: this one left before somebody asked, or a notification was lost. */
  readonly again: boolean
  readonly held: readonly DesiredPatch[]
  /** How often in a row a GET did not close the gap or was throttled. */
  readonly rounds: number
}

/**
 * Whether SUBSCRIBE and the first GET leave without waiting for the answers before them.
 *
 * - `on` they do
 * - `suspect` such a connection ended without an answer, so the next one waits for each answer
 * - `off` they wait for good: the next one became ready. Had it failed alike, pipelining would not be the reason.
 */
export type Pipelining = 'on' | 'suspect' | 'off'

/** What has gone wrong in a row; a connection that lasts ends each row, and only `pipelining` stays. */
export interface Streak {
  /** of any kind: the back-off grows by it */
  readonly failures: number
  /** CONNECTs refused, each with a fresh token */
  readonly refusals: number
  /** connections lost soon after they were ready */
  readonly drops: number
  readonly pipelining: Pipelining
}

/** `expiresAt` is of the token in use, in milliseconds since 1970. */
export type SessionState =
  | { readonly type: 'idle' }
  | AuthorizingState
  | OpeningState
  | SyncingState
  | ReadyState
  | WaitingState
  | { readonly type: 'closed'; readonly error?: TwinError }

export interface AuthorizingState {
  readonly type: 'authorizing'
  readonly streak: Streak
}

export interface OpeningState {
  readonly type: 'opening'
  readonly streak: Streak
  readonly expiresAt: number
  /** The GET has left already where the connection is pipelined. */
  readonly sync: Sync
}

/** Connected, the first document of this connection not yet here. */
export interface SyncingState {
  readonly type: 'syncing'
  readonly streak: Streak
  readonly expiresAt: number
  readonly sync: Sync
  /** SUBACK has arrived. */
  readonly subscribed: boolean
}

/**
 * The way to the next token: it is asked for on the living connection; once it is here, requests under way may finish
 * before the connection is changed.
 */
export type Renewal =
  { readonly type: 'none' } | { readonly type: 'asking' } | { readonly type: 'draining'; readonly expiresAt: number }

export interface ReadyState {
  readonly type: 'ready'
  readonly streak: Streak
  readonly expiresAt: number
  /** When the next token is due, milliseconds since 1970. */
  readonly renewAt: number
  readonly renewal: Renewal
  /** Why there is no newer token, while that lasts. */
  readonly error?: TwinError
  /** The newest desired version delivered. */
  readonly have: number
  /** SUBACK has arrived. A document may arrive before it, and is read again after it. */
  readonly subscribed: boolean
  /** A re-read on the living connection: after a gap, or because somebody wants one. */
  readonly sync?: Sync
}

export interface WaitingState {
  readonly type: 'waiting'
  readonly streak: Streak
  readonly error: TwinError
  readonly retryInMs: number
  /** A wake has cut the wait short. */
  readonly woken: boolean
}

/**
 * - `deadline` ends a wait for the hub or for a token
 * - `repeat` sends the first GET again, whose response may be lost
 * - `retry` ends a back-off
 * - `uptime` marks a connection that has lasted long enough
 * - `renew` asks for the next token
 */
export type TimerName = 'deadline' | 'repeat' | 'retry' | 'uptime' | 'renew'

type SessionInput =
  | { readonly type: 'start' }
  | { readonly type: 'token'; readonly expiresAt: number }
  | { readonly type: 'tokenFailed'; readonly error: TwinError }
  | { readonly type: 'up' }
  | { readonly type: 'refused'; readonly code: number }
  /** `opened`: the hub may have read what was sent before it answered CONNECT. */
  | { readonly type: 'down'; readonly error: TwinError; readonly opened?: boolean }
  | { readonly type: 'subscribed'; readonly roundTripInMs: number }
  | { readonly type: 'document'; readonly document: TwinDocument }
  | { readonly type: 'syncFailed'; readonly error: TwinError }
  | { readonly type: 'patch'; readonly patch: DesiredPatch }
  /** Something came on the topic of notifications that can't be read. */
  | { readonly type: 'notificationLost' }
  | { readonly type: 'refresh' }
  | { readonly type: 'timer'; readonly timer: TimerName }
  /** No request is under way. */
  | { readonly type: 'drained' }
  /** The network is back, a page is shown, a machine is awake; how long the hub has said nothing. */
  | { readonly type: 'wake'; readonly silentForInMs: number }
  /** The page is put away: nothing of it will run until it is shown again. */
  | { readonly type: 'sleep' }
  | { readonly type: 'close'; readonly error?: TwinError }

/** What happened, with the time (milliseconds since 1970) and a random number from 0 to 1. */
export type SessionEvent = SessionInput & { readonly now: number; readonly random: number }
export type { SessionInput }

export type Effect =
  | { readonly type: 'askToken' }
  | { readonly type: 'cancelToken' }
  | { readonly type: 'invalidateToken' }
  | { readonly type: 'openWire' }
  | { readonly type: 'closeWire' }
  /** No new request; `drained` when none is under way. */
  | { readonly type: 'drain' }
  | { readonly type: 'subscribe' }
  | { readonly type: 'get' }
  /** Sends the last GET again, with the same `$rid`; the first answer counts. */
  | { readonly type: 'repeatGet' }
  | { readonly type: 'deliverDocument'; readonly document: TwinDocument }
  | { readonly type: 'deliverPatch'; readonly patch: DesiredPatch }
  | { readonly type: 'syncFailed'; readonly error: TwinError }
  | { readonly type: 'startTimer'; readonly timer: TimerName; readonly delayInMs: number }
  | { readonly type: 'stopTimer'; readonly timer: TimerName }
  | { readonly type: 'stopTimers' }

export type Step = readonly [SessionState, readonly Effect[]]

/** Each is an option of the twin. */
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

/** What an app sees of a session. */
export type TwinStatus =
  /** `attempt` counts from 1 since the last lasting connection. */
  | { readonly type: 'connecting'; readonly attempt: number }
  /** With an error when the token runs out and there is no newer one: the hub will end the connection. */
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
  switch (a.type) {
    case 'connecting':
      return b.type === 'connecting' && a.attempt === b.attempt
    case 'ready':
      return b.type === 'ready' && a.error === b.error
    case 'waiting':
      return b.type === 'waiting' && a.retryInMs === b.retryInMs && a.error === b.error
    case 'closed':
      return b.type === 'closed'
  }
}
