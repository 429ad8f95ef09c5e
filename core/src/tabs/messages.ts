import type { TwinDocument } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { TwinUpdate } from '../twin/twin-update.ts'

/**
 * From a tab to the leader. The leader also sends them to itself. `term` identifies a period of
 * leadership: the leader ignores requests of an earlier term. `id` counts the calls of a tab.
 */
export type Request =
  /**
   * Asks which tab leads. `seen` is the last update that the tab has; the response contains the
   * state if there is a later update. `open` is the first `id` without an outcome.
   */
  | {
      readonly type: 'hello'
      readonly tab: string
      readonly nonce: number
      readonly open: number
      readonly seen?: Seen
    }
  | ({ readonly type: 'call'; readonly tab: string; readonly term: string; readonly id: number } & {
      readonly call: Call
    })
  | { readonly type: 'cancel'; readonly tab: string; readonly term: string; readonly id: number }

export type Call = { readonly type: 'report'; readonly patch: JsonObject } | { readonly type: 'refresh' }

/** The position in the updates of a term. `n` counts from 1. */
export interface Seen {
  readonly term: string
  readonly n: number
}

/** From the leader, or from the previous leader. A notice with a `tab` is only for that tab. */
export type Notice =
  /** A term starts. */
  | { readonly type: 'lead'; readonly term: string }
  /** Answers a hello. The next update is `n + 1`. Without a `state` the tab is in sync. */
  | ({ readonly type: 'welcome'; readonly tab: string; readonly nonce: number; readonly state?: TabState } & Seen)
  | ({ readonly type: 'update'; readonly update: TwinUpdate } & Seen)
  | OutcomeNotice
  /** The reports that the next leader must send, in order. */
  | { readonly type: 'handover'; readonly reports: readonly HandedOverReport[] }

export interface OutcomeNotice {
  readonly type: 'outcome'
  readonly tab: string
  readonly term: string
  readonly id: number
  readonly outcome: CallOutcome
}

export type CallOutcome =
  /** A report has the version after it; a refresh has no version. */
  { readonly type: 'done'; readonly version?: number } | { readonly type: 'failed'; readonly error: unknown }

export interface TabState {
  /** Missing before the first sync. */
  readonly document?: TwinDocument
  readonly status: TwinStatus
}

export interface HandedOverReport {
  readonly tab: string
  readonly id: number
  readonly patch: JsonObject
}

export type Message = Request | Notice
