import type { SampleSubject } from 'hubtwin-page-kit/sample-subject'
import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { Json } from '../../../src/formats/json.ts'
import { CopyAs } from '../common/copy-as.tsx'
import { reasonOf } from '../common/reason.ts'
import { invokeMethod, type Target } from '../hub/hub-api.ts'
import { readPayload } from './read-payload.ts'

type Outcome =
  | { readonly type: 'none' }
  | { readonly type: 'waiting' }
  | { readonly type: 'answered'; readonly status: number; readonly payload: string }
  | { readonly type: 'failed'; readonly reason: string }

interface MethodFormProps {
  readonly target: Target
  readonly isConnected: boolean
}

/** Calls a direct method and shows the response. Only a connected device responds. */
export function MethodForm({ target, isConnected }: MethodFormProps): JSX.Element {
  const kind = target.moduleId === undefined ? 'device' : 'module'
  const [outcome, setOutcome] = useState<Outcome>({ type: 'none' })

  async function call(form: FormData): Promise<void> {
    setOutcome({ type: 'waiting' })
    try {
      const { name: methodName, payload: request, responseTimeoutInSeconds } = readCall(form)
      const { status, payload } = await invokeMethod(target, { methodName, payload: request, responseTimeoutInSeconds })
      setOutcome({ type: 'answered', status, payload: JSON.stringify(payload, null, 2) })
    } catch (error) {
      setOutcome({ type: 'failed', reason: reasonOf(error) })
    }
  }

  const fields = useRef<HTMLFormElement>(null)
  const subject = (): SampleSubject => {
    const read = readCall(new FormData(fields.current ?? undefined))
    if (read.name === '') throw new Error('The method has no name.')
    return { type: 'method', target, ...read }
  }

  return (
    <details class="form">
      <summary>Call a method</summary>
      <form
        ref={fields}
        onSubmit={(event) => {
          event.preventDefault()
          void call(new FormData(event.currentTarget))
        }}
      >
        <div class="fields">
          <label>
            Method
            <input
              name="methodName"
              required
              maxLength={100}
              autocomplete="off"
              spellcheck={false}
              placeholder="reboot"
            />
          </label>
          <label>
            Timeout in seconds
            <input name="timeout" type="number" min={5} max={300} value={30} required />
          </label>
        </div>
        <label>
          Payload (JSON)
          <textarea name="payload" rows={3} spellcheck={false} placeholder='{ "inSeconds": 5 }' />
        </label>
        <div class="row">
          <button type="submit" disabled={outcome.type === 'waiting' || !isConnected}>
            Call
          </button>
          <p role="status" class={outcome.type === 'failed' ? 'problem' : 'muted'}>
            {outcome.type === 'none' && !isConnected && `The ${kind} is not connected, so it cannot respond.`}
            {outcome.type === 'waiting' && 'Waiting for the device…'}
            {outcome.type === 'failed' && outcome.reason}
            {outcome.type === 'answered' && `Status ${outcome.status}:`}
          </p>
        </div>
        <CopyAs type="method" subject={subject} />
        {outcome.type === 'answered' && (
          <pre class="answer" tabIndex={0}>
            {outcome.payload}
          </pre>
        )}
      </form>
    </details>
  )
}

interface Call {
  readonly name: string
  readonly payload: Json
  readonly responseTimeoutInSeconds: number
}

/** @throws SyntaxError for a payload that is not JSON */
function readCall(form: FormData): Call {
  return {
    name: form.get('methodName') as string,
    payload: readPayload(form.get('payload') as string),
    responseTimeoutInSeconds: Number(form.get('timeout')),
  }
}
