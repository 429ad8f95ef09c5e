import type { CodeEditor, CodeEditorOptions } from 'hubtwin-page-kit/code-editor'
import type { JSX, RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** Imports an editor, and creates it. */
export type CreateEditor = (host: HTMLElement, options: CodeEditorOptions) => Promise<CodeEditor>

export interface EditorOnPage {
  /** The element for the editor. */
  readonly host: RefObject<HTMLDivElement | null>
  /** `undefined` until the editor has loaded. */
  readonly editor: { readonly current: CodeEditor | undefined }
  /** Whether the editor's script failed to load, such as from a hub that has stopped. */
  readonly hasFailed: boolean
}

/** Loads an editor, which is most of the page's code, when its component first renders. */
export function useCodeEditor(create: CreateEditor, options: CodeEditorOptions): EditorOnPage {
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<CodeEditor>(undefined)
  const [hasFailed, setHasFailed] = useState(false)
  // The editor never replaces its callbacks; this reference leads to those of the last render.
  const latest = useRef(options)
  latest.current = options
  useEffect(() => {
    let isUnmounted = false
    async function load(element: HTMLElement): Promise<void> {
      const created = await create(element, {
        ...latest.current,
        onChange: (text) => latest.current.onChange(text),
        onSubmit: () => latest.current.onSubmit(),
      })
      if (isUnmounted) created.destroy()
      else editor.current = created
    }
    if (host.current !== null) load(host.current).catch(() => setHasFailed(true))
    return () => {
      isUnmounted = true
      editor.current?.destroy()
    }
  }, [])
  return { host, editor, hasFailed }
}

export function NoEditor(): JSX.Element {
  return (
    <p class="problem" role="alert">
      The editor could not be loaded. Check that the hub runs, then reload the page.
    </p>
  )
}
