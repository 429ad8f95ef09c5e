import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { CopyAs } from '../common/copy-as.tsx'
import { type CreateEditor, NoEditor, useCodeEditor } from '../common/use-code-editor.tsx'
import { EXAMPLES } from './examples.ts'
import type { QueryProblem, QuerySession } from './query-session.ts'
import type { QueryDesk } from './use-query-session.ts'

const createQueryEditor: CreateEditor = async (host, options) =>
  (await import('hubtwin-page-kit/query-editor')).createQueryEditor(host, options)

const count = new Intl.NumberFormat('en-GB')

/** The editor of the query, examples, and the outcome of the query. */
export function QueryForm({ desk }: { readonly desk: QueryDesk }): JSX.Element {
  const { text, history, request } = desk.session
  const isRunning = request.type === 'running'
  const problem = request.type === 'failed' ? request.problem : undefined
  const { host, editor, hasFailed } = useCodeEditor(createQueryEditor, {
    text,
    label: 'Query',
    onChange: desk.edit,
    onSubmit: desk.run,
  })
  useEffect(() => editor.current?.showProblem(problem && markOf(problem, text)), [problem])

  function insert(sql: string): void {
    editor.current?.setText(sql)
    editor.current?.focus()
  }

  return (
    <form
      class="query-form"
      onSubmit={(event) => {
        event.preventDefault()
        desk.run()
      }}
    >
      <p class="examples">
        <span class="muted">Examples</span>
        {EXAMPLES.map(([name, sql]) => (
          <button type="button" class="quiet" key={name} onClick={() => insert(sql)}>
            {name}
          </button>
        ))}
      </p>
      <div class="editor-field" ref={host} data-invalid={problem?.offset !== undefined} />
      {hasFailed && <NoEditor />}
      <div class="row">
        <button type="submit" class="primary" disabled={text.trim() === ''}>
          Run
        </button>
        {isRunning && (
          <button type="button" onClick={desk.stop}>
            Stop
          </button>
        )}
        <p class="muted" role="status">
          {describe(desk.session)}
        </p>
        <CopyAs type="query" subject={() => ({ type: 'query', sql: text })} disabled={text.trim() === ''} />
      </div>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem.reason}
        </p>
      )}
      {history.length > 0 && <Earlier history={history} onChoose={insert} />}
    </form>
  )
}

interface EarlierProps {
  readonly history: readonly string[]
  readonly onChoose: (sql: string) => void
}

function Earlier({ history, onChoose }: EarlierProps): JSX.Element {
  return (
    <details class="earlier">
      <summary>Earlier queries</summary>
      <ol aria-label="Earlier queries, the newest first">
        {history.map((sql) => (
          <li key={sql}>
            <button type="button" class="quiet" title={sql} onClick={() => onChoose(sql)}>
              {sql}
            </button>
          </li>
        ))}
      </ol>
    </details>
  )
}

const WORD = /^[\w$.-]+/

/** The place to mark: the word at the position of the problem. */
function markOf(
  { reason, offset }: QueryProblem,
  text: string,
): { offset: number; length: number; message: string } | undefined {
  if (offset === undefined) return undefined
  const [word = ''] = WORD.exec(text.slice(offset)) ?? []
  return { offset, length: Math.max(1, word.length), message: reason.replace(/\.$/, '') }
}

function describe({ request, result }: QuerySession): string {
  if (request.type === 'running') return request.isMore ? 'Reading more…' : 'Running…'
  if (result === undefined) return request.type === 'idle' ? 'Ctrl+Enter runs the query.' : ''
  const { rows, continuation } = result
  const words = `${count.format(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`
  return continuation === undefined ? words : `${words} so far`
}
