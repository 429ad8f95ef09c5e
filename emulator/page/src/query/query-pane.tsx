import type { JSX } from 'preact'
import { QueryForm } from './query-form.tsx'
import { QueryResults } from './query-results.tsx'
import type { QueryDesk } from './use-query-session.ts'

/** Runs queries over twins and jobs with the hub's own engine. */
export function QueryPane({ desk }: { readonly desk: QueryDesk }): JSX.Element {
  const { result, request } = desk.session
  return (
    <section class="pane device query" aria-labelledby="query-title">
      <div class="pane-head">
        <h2 id="query-title">Query</h2>
        <a class="close" href="#/" aria-label="Close the query" title="Close">
          ×
        </a>
      </div>
      <div class="query-body" aria-busy={request.type === 'running'}>
        <QueryForm desk={desk} />
        {result !== undefined && <QueryResults key={result.sql} result={result} desk={desk} />}
      </div>
    </section>
  )
}
