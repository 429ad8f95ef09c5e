import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { reasonOf } from '../common/problem.ts'
import type { Target } from '../hub/calls.ts'
import { invokeMethod } from '../hub/calls.ts'
import { jsonIn } from './json-in.ts'

type Outcome =
  | { readonly type: 'none' }
  | { readonly type: 'waiting' }
  | { readonly type: 'answered'; readonly status: number; readonly payload: string }
  | { readonly type: 'failed'; readonly reason: string }

/** Calls a direct method, and waits for what the device says. */
export function MethodForm({ target }: { readonly target: Target }): JSX.Element {
  const [outcome, setOutcome] = useState<Outcome>({ type: 'none' })

  async function call(form: FormData): Promise<void> {
    setOutcome({ type: 'waiting' })
    try {
      const { status, payload } = await invokeMethod(target, {
        methodName: form.get('methodName') as string,
        payload: jsonIn(form.get('payload') as string),
        responseTimeoutInSeconds: Number(form.get('timeout')),
      })
      setOutcome({ type: 'answered', status, payload: JSON.stringify(payload, null, 2) })
    } catch (error) {
      setOutcome({ type: 'failed', reason: reasonOf(error) })
    }
  }

  return (
    <details class="form">
      <summary>Call a method</summary>
      <form
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
            Seconds to wait
            <input name="timeout" type="number" min={5} max={300} value={30} required />
          </label>
        </div>
        <label>
          Payload, as JSON
          <textarea name="payload" rows={3} spellcheck={false} placeholder='{ "inSeconds": 5 }' />
        </label>
        <div class="row">
          <button type="submit" disabled={outcome.type === 'waiting'}>
            Call
          </button>
          <p role="status" class={outcome.type === 'failed' ? 'fault' : 'muted'}>
            {outcome.type === 'waiting' && 'Waiting for the device…'}
            {outcome.type === 'failed' && outcome.reason}
            {outcome.type === 'answered' && `Answered with status ${outcome.status}:`}
          </p>
        </div>
        {outcome.type === 'answered' && <pre class="answer">{outcome.payload}</pre>}
      </form>
    </details>
  )
}
