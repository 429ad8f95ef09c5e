import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { isLoopback } from '../common/loopback.ts'
import { reasonOf } from '../common/reason.ts'
import { useLiveFeed } from '../common/use-feed.ts'
import { readConnectionString, type Target } from '../hub/hub-api.ts'

type Shown =
  | { readonly type: 'nothing' }
  | { readonly type: 'text'; readonly text: string; readonly isCopied: boolean }
  | { readonly type: 'problem'; readonly reason: string }

/** The page reads the key only after a click. Hide removes the key from the page. */
export function ConnectionString({ target }: { readonly target: Target }): JSX.Element {
  const { model } = useLiveFeed()
  const [shown, setShown] = useState<Shown>({ type: 'nothing' })
  const allowsPlain = isLoopback(model.hub?.hostName ?? 'localhost')

  async function copy(plain: boolean): Promise<void> {
    try {
      const text = await readConnectionString(target, plain)
      // Browsers offer a clipboard only on localhost and over TLS.
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
        {allowsPlain && (
          <button type="button" onClick={() => void copy(true)}>
            Copy without TLS
          </button>
        )}
        <button type="button" onClick={() => void copy(false)}>
          Copy with TLS
        </button>
        {shown.type !== 'nothing' && (
          <button type="button" class="quiet" onClick={() => setShown({ type: 'nothing' })}>
            Hide
          </button>
        )}
        <p role="status" class={shown.type === 'problem' ? 'problem' : 'muted'}>
          {shown.type === 'nothing' && !allowsPlain && 'Connections without TLS need a hub named localhost.'}
          {shown.type === 'text' && (shown.isCopied ? 'Copied.' : 'The browser did not copy it. Select it below.')}
          {shown.type === 'problem' && shown.reason}
        </p>
      </div>
      {shown.type === 'text' && <code class="secret">{shown.text}</code>}
    </section>
  )
}
