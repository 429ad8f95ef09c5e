import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { CopyAs } from '../common/copy-as.tsx'
import { reasonOf } from '../common/reason.ts'
import { sendMessage, type Target } from '../hub/hub-api.ts'

type Outcome =
  | { readonly type: 'none' }
  | { readonly type: 'queued'; readonly sequenceNumber: number }
  | { readonly type: 'failed'; readonly reason: string }

/** Queues a cloud-to-device message. The device gets it when it is connected. */
export function MessageForm({ target }: { readonly target: Target }): JSX.Element {
  const [outcome, setOutcome] = useState<Outcome>({ type: 'none' })

  async function send(form: FormData): Promise<void> {
    try {
      const { sequenceNumber } = await sendMessage(target, readMessage(form))
      setOutcome({ type: 'queued', sequenceNumber })
    } catch (error) {
      setOutcome({ type: 'failed', reason: reasonOf(error) })
    }
  }

  const fields = useRef<HTMLFormElement>(null)

  return (
    <details class="form">
      <summary>Send a message</summary>
      <form
        ref={fields}
        onSubmit={(event) => {
          event.preventDefault()
          void send(new FormData(event.currentTarget))
        }}
      >
        <label>
          Body
          <textarea name="body" rows={3} spellcheck={false} placeholder="hello" />
        </label>
        <label>
          Properties, one per line
          <textarea name="properties" rows={2} spellcheck={false} placeholder="room=1" />
        </label>
        <div class="row">
          <button type="submit">Send</button>
          <p role="status" class={outcome.type === 'failed' ? 'problem' : 'muted'}>
            {outcome.type === 'queued' && `Queued as message ${outcome.sequenceNumber}.`}
            {outcome.type === 'failed' && outcome.reason}
          </p>
        </div>
        <CopyAs
          type="message"
          subject={() => ({ type: 'message', target, ...readMessage(new FormData(fields.current ?? undefined)) })}
        />
      </form>
    </details>
  )
}

type Message = { readonly body: string; readonly properties: Record<string, string | null> }

function readMessage(form: FormData): Message {
  return { body: form.get('body') as string, properties: propertiesIn(form.get('properties') as string) }
}

/** Each line is `name=value`, or a name for a property without a value. */
function propertiesIn(text: string): Record<string, string | null> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=')
      return at === -1 ? [line.trim(), null] : [line.slice(0, at).trim(), line.slice(at + 1)]
    }),
  )
}
