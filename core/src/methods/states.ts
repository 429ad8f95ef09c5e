import type { LiveConnection } from '../device/feature.ts'

/** A response as it leaves. */
export interface Response {
  readonly status: number
  /** JSON, or empty. */
  readonly body: string
}

/** A call without an acknowledged response. */
export type Call = {
  /** Counts from 1. The hub may use a `$rid` again. */
  readonly id: number
  readonly rid: string
  readonly name: string
  readonly body: string
  /** It arrived over an earlier connection. */
  readonly isOld: boolean
} & (
  | { readonly type: 'waiting' | 'running' }
  | { readonly type: 'settled'; readonly response: Response; readonly isSent: boolean }
)

export interface MethodsState {
  readonly type: 'open' | 'closing' | 'closed'
  readonly connection: LiveConnection
  /** In order of arrival. */
  readonly calls: readonly Call[]
  /** The `$rid`s of the last finished calls of this connection. */
  readonly finished: readonly string[]
  /** The handlers that run, also of calls that are over. */
  readonly running: number
}

export type MethodsInput =
  /** `response`: a response that needs no handler. */
  | ({ readonly type: 'call'; readonly response: Response | undefined } & Pick<Call, 'id' | 'rid' | 'name' | 'body'>)
  /** The handler has ended. */
  | { readonly type: 'settled'; readonly id: number; readonly response: Response }
  /** A response would be too late. */
  | { readonly type: 'deadline'; readonly id: number }
  /** The hub has the response. */
  | { readonly type: 'acknowledged'; readonly id: number }
  | { readonly type: 'connection'; readonly connection: LiveConnection }
  /** The device begins to close. */
  | { readonly type: 'close' }
  /** The session is closed. */
  | { readonly type: 'closed' }

export type AbortReason = 'deadline' | 'close' | 'replaced'

export type MethodsEffect =
  /** Starts the deadline. */
  | { readonly type: 'accept'; readonly id: number }
  | { readonly type: 'run'; readonly id: number }
  | { readonly type: 'abort'; readonly id: number; readonly reason: AbortReason }
  | { readonly type: 'respond'; readonly id: number; readonly rid: string; readonly response: Response }
  /** The call is over: stops its deadline. */
  | { readonly type: 'forget'; readonly id: number }
  /** Delays a renewal of the token while calls are open. */
  | { readonly type: 'hold' | 'release' }
  /** No response is left that this connection or the next could carry soon. */
  | { readonly type: 'flushed' }

export type MethodsStep = readonly [MethodsState, readonly MethodsEffect[]]

export const FIRST_STATE: MethodsState = { type: 'open', connection: 'connecting', calls: [], finished: [], running: 0 }
