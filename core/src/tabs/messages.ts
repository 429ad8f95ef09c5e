import type { TwinDocument } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { TwinNews } from '../twin/news.ts'

/**
 * From a tab to the one that leads, which sends them to itself as well. `term` names a time of leading: what was meant
 * for an earlier one is nobody's. `id` counts what this tab asks for.
 */
export type Request =
  /** Is anybody there, and what is the state? With `seen` only where that is no longer so. `open` is the first `id` without an outcome. */
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
  | { readonly type: 'takeBack'; readonly tab: string; readonly term: string; readonly id: number }

export type Call = { readonly type: 'report'; readonly patch: JsonObject } | { readonly type: 'refresh' }

/** The news of a term are numbered. */
export interface Seen {
  readonly term: string
  readonly n: number
}

/** From the tab that leads, or led. With a `tab` it is for that one alone. */
export type Notice =
  | { readonly type: 'lead'; readonly term: string }
  /** The answer to a hello. The news go on from `n`; without a `state` the tab is in step. */
  | ({ readonly type: 'welcome'; readonly tab: string; readonly nonce: number; readonly state?: TabState } & Seen)
  | ({ readonly type: 'news'; readonly news: TwinNews } & Seen)
  | OutcomeNotice
  /** What the next one has to bring to the hub, in order. */
  | { readonly type: 'bequest'; readonly reports: readonly BequeathedReport[] }

export interface OutcomeNotice {
  readonly type: 'outcome'
  readonly tab: string
  readonly term: string
  readonly id: number
  readonly outcome: CallOutcome
}

export type CallOutcome =
  /** The version that a report made; none of a refresh. */
  { readonly type: 'done'; readonly version?: number } | { readonly type: 'failed'; readonly error: unknown }

export interface TabState {
  /** None before the first sync. */
  readonly document?: TwinDocument
  readonly status: TwinStatus
}

export interface BequeathedReport {
  readonly tab: string
  readonly id: number
  readonly patch: JsonObject
}

export type Message = Request | Notice
