import { describeProblem } from 'hubtwin-page-kit/json-text'
import { readPatch } from 'hubtwin-page-kit/patch-text'
import type { JSX } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { JsonObject } from '../../../src/formats/json.ts'
import { CopyAs } from '../common/copy-as.tsx'
import { reasonOf } from '../common/reason.ts'
import { type CreateEditor, NoEditor, useCodeEditor } from '../common/use-code-editor.tsx'
import { HubError, patchTwin, type Target, type TwinDocument } from '../hub/hub-api.ts'
import { TwinConflict } from './twin-conflict.tsx'

interface EditorProps {
  readonly target: Target
  readonly twin: TwinDocument
  readonly onPatched: () => void
}

type Outcome =
  | { readonly type: 'none' }
  | { readonly type: 'sending' }
  | { readonly type: 'accepted'; readonly version: number }
  | { readonly type: 'rejected'; readonly reason: string }

const FIRST_TEXT = '{\n  "climate": {\n    "target": 21\n  }\n}'

const createPatchEditor: CreateEditor = async (host, options) =>
  (await import('hubtwin-page-kit/code-editor')).createCodeEditor(host, options)

/**
 * Edits and sends a patch of the desired properties. The patch applies to the twin as it was when
 * editing started. If the twin changes in the meantime, the page warns you and sends nothing.
 */
export function DesiredEditor({ target, twin, onPatched }: EditorProps): JSX.Element {
  const [text, setText] = useState(FIRST_TEXT)
  const [baseEtag, setBaseEtag] = useState(twin.etag)
  const [isEdited, setIsEdited] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>({ type: 'none' })
  const parsed = useMemo(() => readPatch(text), [text])
  const problem = parsed.type === 'problem' ? parsed.problem : undefined
  const hasConflict = isEdited && baseEtag !== twin.etag

  const onChange = (changed: string): void => {
    setText(changed)
    setIsEdited(true)
    setOutcome({ type: 'none' })
  }
  const { host, editor, hasFailed } = useCodeEditor(createPatchEditor, {
    text: FIRST_TEXT,
    label: 'Patch of the desired properties',
    onChange,
    onSubmit: () => void send(),
  })

  useEffect(() => editor.current?.showProblem(problem), [problem])
  useEffect(() => {
    if (!isEdited) setBaseEtag(twin.etag)
  }, [twin.etag, isEdited])

  async function send(): Promise<void> {
    if (parsed.type === 'problem') return editor.current?.select(parsed.problem)
    if (hasConflict || outcome.type === 'sending') return
    setOutcome({ type: 'sending' })
    try {
      const desired = parsed.patch as JsonObject
      const { properties, etag } = await patchTwin(target, { properties: { desired } }, baseEtag)
      setBaseEtag(etag)
      setIsEdited(false)
      setOutcome({ type: 'accepted', version: properties.desired['$version'] as number })
    } catch (error) {
      const isConflict = error instanceof HubError && error.status === 412
      // Shows the conflict even if the text is unedited.
      if (isConflict) setIsEdited(true)
      setOutcome(isConflict ? { type: 'none' } : { type: 'rejected', reason: reasonOf(error) })
    }
    onPatched()
  }

  return (
    <section class="editor" aria-labelledby="editor-title">
      <h3 id="editor-title">Patch desired</h3>
      <div class="editor-field" ref={host} data-invalid={problem !== undefined} />
      {hasFailed && <NoEditor />}
      <div class="row">
        <button type="button" class="primary" disabled={hasConflict} onClick={() => void send()}>
          Send patch
        </button>
        <p class={problem === undefined ? 'muted' : 'problem'} role="status">
          {problem === undefined ? describe(outcome) : describeProblem(text, problem)}
        </p>
      </div>
      <CopyAs
        type="desired"
        disabled={parsed.type === 'problem'}
        subject={() => ({ type: 'desired', target, patch: parsed.type === 'patch' ? parsed.patch : {} })}
      />
      {outcome.type === 'rejected' && (
        <p class="problem" role="alert">
          {outcome.reason}
        </p>
      )}
      {hasConflict && <TwinConflict onResolve={() => setBaseEtag(twin.etag)} />}
    </section>
  )
}

function describe(outcome: Outcome): string {
  switch (outcome.type) {
    case 'sending':
      return 'Sending…'
    case 'accepted':
      return `Accepted as desired v${outcome.version}.`
    default:
      return 'null deletes a key. An array replaces the whole array. Ctrl+Enter sends.'
  }
}
