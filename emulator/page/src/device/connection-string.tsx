import { copyText } from 'hubtwin-page-kit/copy-text'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { isLoopback } from '../common/loopback.ts'
import { reasonOf } from '../common/reason.ts'
import { useLiveFeed } from '../common/use-feed.ts'
import { readConnectionString, type Target } from '../hub/hub-api.ts'

type Shown =
  | { readonly type: 'nothing' }
  | { readonly type: 'text'; readonly text: string; readonly outcome: string }
  | { readonly type: 'problem'; readonly reason: string }

/** The page reads the key only after a click. Hide removes the key from the page. */
export function ConnectionString({ target }: { readonly target: Target }): JSX.Element {
  const { model } = useLiveFeed()
  const [shown, setShown] = useState<Shown>({ type: 'nothing' })
  const allowsPlain = isLoopback(model.hub?.hostName ?? 'localhost')

  async function copy(plain: boolean): Promise<void> {
    try {
      const text = await readConnectionString(target, plain)
      setShown({ type: 'text', text, outcome: await copyText(text) })
    } catch (error) {
      setShown({ type: 'problem', reason: reasonOf(error) })
    }
  }

  return (
    <section class="connection-string" aria-labelledby="connection-title">
      <div class="row">
        <h3 id="connection-title">Connection string</h3>
        {allowsPlain && (
          <button type="button" onClick={() => void copy(true)}>
            Copy without TLS
          </button>
        )}
        <button type="button" onClick={() => void copy(false)}>
          Copy with TLS
        </button>
        {target.moduleId === undefined && isSimulatorsHub(model.hub?.hostName) && (
          <a href={`/demo/?connect=local&device=${encodeURIComponent(target.deviceId)}`}>Open in the simulator</a>
        )}
        {shown.type !== 'nothing' && (
          <button type="button" class="quiet" onClick={() => setShown({ type: 'nothing' })}>
            Hide
          </button>
        )}
        <p role="status" class={shown.type === 'problem' ? 'problem' : 'muted'}>
          {shown.type === 'nothing' && !allowsPlain && 'Connections without TLS need a hub named localhost.'}
          {shown.type === 'text' && shown.outcome}
          {shown.type === 'problem' && shown.reason}
        </p>
      </div>
      {shown.type === 'text' && <code class="secret">{shown.text}</code>}
    </section>
  )
}

/** The simulator connects to the name in its address. */
function isSimulatorsHub(hostName = location.hostname): boolean {
  return hostName === location.hostname || (hostName === 'localhost' && isLoopback(location.hostname))
}
