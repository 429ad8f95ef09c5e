import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { JsonObject } from '../../../src/formats/json.ts'
import { reasonOf } from '../common/problem.ts'
import type { Target, TwinDocument } from '../hub/calls.ts'
import { HubError, patchTwin } from '../hub/calls.ts'
import type { CodeEditor } from './code-editor.ts'
import { jsonProblems } from './json-problems.ts'

interface EditorProps {
  readonly target: Target
  readonly twin: TwinDocument
  readonly onPatched: () => void
}

type Outcome =
  | { readonly type: 'none' }
  | { readonly type: 'sending' }
  | { readonly type: 'taken'; readonly version: number }
  | { readonly type: 'refused'; readonly reason: string }

const first = '{\n  "target": 21\n}'

/**
 * Writes a patch of the desired properties. It builds on the twin as it was seen when the writing began: if somebody else changes it meanwhile,
 * that is told, and nothing is overwritten before it was looked at.
 */
export function DesiredEditor({ target, twin, onPatched }: EditorProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<CodeEditor>(undefined)
  const [text, setText] = useState(first)
  const [base, setBase] = useState(twin.etag)
  const [isTouched, setIsTouched] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>({ type: 'none' })
  // The editor was given its functions once; they are to be those of the last drawing.
  const send = useRef<() => void>(() => undefined)
  const isBehind = isTouched && base !== twin.etag
  const [problem] = jsonProblems(text)

  useEffect(() => {
    let isGone = false
    async function load(): Promise<void> {
      // It is most of the page's code, and not needed before a device is open.
      const { createCodeEditor } = await import('./code-editor.ts')
      if (isGone || host.current === null) return
      editor.current = createCodeEditor(host.current, {
        text: first,
        label: 'Patch of the desired properties, as JSON',
        onText(next) {
          setText(next)
          setIsTouched(true)
          setOutcome({ type: 'none' })
        },
        onSend: () => send.current(),
      })
    }
    void load()
    return () => {
      isGone = true
      editor.current?.destroy()
    }
  }, [])

  // As long as nobody writes, there is nothing to be behind with.
  useEffect(() => {
    if (!isTouched) setBase(twin.etag)
  }, [twin.etag, isTouched])

  async function patch(): Promise<void> {
    if (problem !== undefined) return editor.current?.focusOn(problem.from, problem.to)
    if (isBehind || outcome.type === 'sending') return
    setOutcome({ type: 'sending' })
    try {
      const desired = JSON.parse(text) as JsonObject
      const { properties, etag } = await patchTwin(target, { properties: { desired } }, base)
      setBase(etag)
      setIsTouched(false)
      setOutcome({ type: 'taken', version: properties.desired['$version'] as number })
    } catch (error) {
      const isConflict = error instanceof HubError && error.status === 412
      // Behind is who has begun to write: from here on, one who sent without writing has.
      if (isConflict) setIsTouched(true)
      setOutcome(isConflict ? { type: 'none' } : { type: 'refused', reason: reasonOf(error) })
    }
    onPatched()
  }
  send.current = () => void patch()

  return (
    <section class="editor" aria-labelledby="editor-title">
      <h3 id="editor-title">Change desired</h3>
      <div class="editor-field" ref={host} data-wrong={problem !== undefined} />
      <div class="row">
        <button type="button" class="primary" disabled={isBehind} onClick={() => void patch()}>
          Send patch
        </button>
        <p class={problem === undefined ? 'muted' : 'fault'} role="status">
          {problem === undefined ? says(outcome) : `${placeOf(text, problem.from)}: ${problem.message}.`}
        </p>
      </div>
      {outcome.type === 'refused' && (
        <p class="fault" role="alert">
          {outcome.reason}
        </p>
      )}
      {isBehind && (
        <div class="conflict" role="alert">
          <p>
            Somebody else has changed tags or desired since you began to write. Nothing was sent. Look at what is there
            now, above; then go on from it.
          </p>
          <button type="button" onClick={() => setBase(twin.etag)}>
            I have seen it
          </button>
        </div>
      )}
    </section>
  )
}

function says(outcome: Outcome): string {
  switch (outcome.type) {
    case 'sending':
      return 'Sending…'
    case 'taken':
      return `Taken as desired v${outcome.version}.`
    default:
      return 'null deletes a key; arrays are replaced whole. Ctrl+Enter sends.'
  }
}

function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n')
  return `Line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`
}
