import type { QueryPage } from '../hub/hub-api.ts'
import type { JsonObject } from '../../../src/formats/json.ts'

/** The query pane, which keeps its state in memory while the page shows something else. */
export interface QuerySession {
  /** The text in the editor. */
  readonly text: string
  /** The queries that ran, without repeats, the newest first. */
  readonly history: readonly string[]
  /** The rows of the last query that the hub answered. */
  readonly result: QueryResult | undefined
  readonly request: QueryRequest
}

export interface QueryResult {
  readonly sql: string
  readonly itemType: string
  readonly rows: readonly JsonObject[]
  /** The start of the next page; `undefined` at the end. */
  readonly continuation: string | undefined
}

export type QueryRequest =
  | { readonly type: 'idle' }
  | { readonly type: 'running'; readonly id: number; readonly isMore: boolean }
  | { readonly type: 'failed'; readonly problem: QueryProblem }

export interface QueryProblem {
  readonly reason: string
  /** The number of characters before the problem; `undefined` if the problem has no position. */
  readonly offset: number | undefined
}

export type QueryAction =
  | { readonly type: 'edit'; readonly text: string }
  | { readonly type: 'run'; readonly id: number }
  | { readonly type: 'read-more'; readonly id: number }
  | { readonly type: 'answer'; readonly id: number; readonly page: QueryPage }
  | { readonly type: 'fail'; readonly id: number; readonly problem: QueryProblem }

const MAX_HISTORY = 20

export const FIRST_SESSION: QuerySession = {
  text: 'SELECT * FROM devices',
  history: [],
  result: undefined,
  request: { type: 'idle' },
}

/**
 * The pane after an action. The response to a request that another request has replaced changes
 * nothing.
 */
export function nextSession(session: QuerySession, action: QueryAction): QuerySession {
  const { text, history, result, request } = session
  switch (action.type) {
    case 'edit': {
      if (action.text === text) return session
      return { ...session, text: action.text, request: request.type === 'failed' ? { type: 'idle' } : request }
    }
    case 'run': {
      const others = history.filter((each) => each !== text)
      const running = { type: 'running', id: action.id, isMore: false } as const
      return { ...session, history: [text, ...others].slice(0, MAX_HISTORY), request: running }
    }
    case 'read-more':
      return { ...session, request: { type: 'running', id: action.id, isMore: true } }
    case 'answer':
      if (!isCurrent(request, action.id)) return session
      return { ...session, request: { type: 'idle' }, result: resultOf(session, action.page) }
    case 'fail': {
      if (!isCurrent(request, action.id)) return session
      // The rows of another query would look like the result.
      return {
        ...session,
        request: { type: 'failed', problem: action.problem },
        result: request.isMore ? result : undefined,
      }
    }
  }
}

type Running = Extract<QueryRequest, { readonly type: 'running' }>

function isCurrent(request: QueryRequest, id: number): request is Running {
  return request.type === 'running' && request.id === id
}

function resultOf(
  { history, result, request }: QuerySession,
  { items, itemType, continuation }: QueryPage,
): QueryResult {
  const isMore = request.type === 'running' && request.isMore && result !== undefined
  if (isMore) return { ...result, rows: [...result.rows, ...items], continuation }
  return { sql: history[0] ?? '', itemType, rows: items, continuation }
}
