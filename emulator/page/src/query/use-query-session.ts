import { useEffect, useReducer, useRef } from 'preact/hooks'
import { reasonOf } from '../common/reason.ts'
import { HubError, runQuery } from '../hub/hub-api.ts'
import { FIRST_SESSION, nextSession, type QuerySession } from './query-session.ts'

/** The state of the query pane, and its actions. */
export interface QueryDesk {
  readonly session: QuerySession
  edit(text: string): void
  run(): void
  /** Reads the next page of the result. */
  readMore(): void
  /** Stops waiting for the hub. */
  stop(): void
}

export function useQuerySession(): QueryDesk {
  const [session, dispatch] = useReducer(nextSession, FIRST_SESSION)
  const lastId = useRef(0)
  const abort = useRef<AbortController>(undefined)
  useEffect(() => () => abort.current?.abort(), [])

  async function ask(type: 'run' | 'read-more', sql: string, continuation?: string): Promise<void> {
    const id = ++lastId.current
    abort.current?.abort()
    abort.current = new AbortController()
    const { signal } = abort.current
    dispatch({ type, id })
    try {
      dispatch({ type: 'answer', id, page: await runQuery(sql, continuation, signal) })
    } catch (error) {
      const offset = error instanceof HubError ? error.offset : undefined
      const reason = signal.aborted ? 'Stopped.' : reasonOf(error)
      dispatch({ type: 'fail', id, problem: { reason, offset } })
    }
  }

  const { text, result } = session
  return {
    session,
    edit: (changed) => dispatch({ type: 'edit', text: changed }),
    run: () => void ask('run', text),
    readMore() {
      if (result?.continuation !== undefined) void ask('read-more', result.sql, result.continuation)
    },
    stop: () => abort.current?.abort(),
  }
}
