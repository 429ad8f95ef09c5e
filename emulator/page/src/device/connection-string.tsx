import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { reasonOf } from '../common/problem.ts'
import type { Target } from '../hub/calls.ts'
import { readConnectionString } from '../hub/calls.ts'

type Shown =
  | { readonly type: 'nothing' }
  | { readonly type: 'text'; readonly text: string; readonly isCopied: boolean }
  | { readonly type: 'problem'; readonly reason: string }

/** The key is asked for by a press and not before, and is gone with the page or with Hide. */
export function ConnectionString({ target }: { readonly target: Target }): JSX.Element {
  const [shown, setShown] = useState<Shown>({ type: 'nothing' })

  async function copy(plain: boolean): Promise<void> {
    try {
      const text = await readConnectionString(target, plain)
      // A page that was opened by another name than localhost, without TLS, has no clipboard.
      const clipboard = navigator.clipboard as Clipboard | undefined
      const isCopied = await (clipboard?.writeText(text).then(() => true) ?? Promise.resolve(false)).catch(() => false)
      setShown({ type: 'text', text, isCopied })
    } catch (error) {
      setShown({ type: 'problem', reason: reasonOf(error) })
    }
  }

  return (
    <section class="connection-string" aria-labelledby="connection-title">
      <h3 id="connection-title">Connection string</h3>
      <div class="row">
        <button type="button" onClick={() => void copy(true)}>
          Copy, without TLS
        </button>
        <button type="button" onClick={() => void copy(false)}>
          Copy, with TLS
        </button>
        {shown.type !== 'nothing' && (
          <button type="button" class="quiet" onClick={() => setShown({ type: 'nothing' })}>
            Hide
          </button>
        )}
        <p role="status" class={shown.type === 'problem' ? 'fault' : 'muted'}>
          {shown.type === 'text' && (shown.isCopied ? 'Copied.' : 'The browser did not copy it: mark it here.')}
          {shown.type === 'problem' && shown.reason}
        </p>
      </div>
      {shown.type === 'text' && <code class="secret">{shown.text}</code>}
    </section>
  )
}
