import { json } from '@codemirror/lang-json'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics } from '@codemirror/lint'
import { Prec } from '@codemirror/state'
import { keymap, lineNumbers, tooltips } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { EditorView, minimalSetup } from 'codemirror'
import type { TextFault } from './json-fault.ts'

/** CodeMirror for JSON. */
export interface CodeEditor {
  readonly text: string
  show(fault: TextFault | undefined): void
  moveTo(fault: TextFault): void
  focus(): void
}

export interface CodeEditorParts {
  readonly text: string
  readonly label: string
  onChange(): void
  onSubmit(): void
}

/**
 * It lives in a shadow root: there CodeMirror adopts its style sheets, where in a document it would write a `<style>`,
 * which the policy of the page refuses.
 */
export function createCodeEditor(
  parent: HTMLElement,
  { text, label, onChange, onSubmit }: CodeEditorParts,
): CodeEditor {
  const root = parent.attachShadow({ mode: 'open' })
  const submit = {
    key: 'Mod-Enter',
    run: () => {
      onSubmit()
      return true
    },
  }
  const view = new EditorView({
    doc: text,
    root,
    parent: root,
    extensions: [
      Prec.highest(keymap.of([submit])),
      minimalSetup,
      lineNumbers(),
      json(),
      syntaxHighlighting(colours),
      theme,
      tooltips({ position: 'absolute' }),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
      EditorView.domEventHandlers({ beforeinput: replaceSelection }),
      EditorView.updateListener.of(({ docChanged }) => void (docChanged && onChange())),
    ],
  })

  return {
    get text() {
      return view.state.doc.toString()
    },
    show(fault) {
      const end = view.state.doc.length
      const from = Math.min(fault?.offset ?? 0, end)
      const to = Math.min(from + (fault?.length ?? 0), end)
      // Something of no length, as at the end of a text, could not be seen.
      const range = from < to ? { from, to } : { from: Math.max(0, from - 1), to: Math.max(from, Math.min(1, end)) }
      const diagnostics =
        fault === undefined ? [] : [{ ...range, severity: 'error' as const, message: `${fault.message}.` }]
      view.dispatch(setDiagnostics(view.state, diagnostics))
      view.contentDOM.setAttribute('aria-invalid', String(fault !== undefined))
    },
    moveTo({ offset, length }) {
      view.focus()
      view.dispatch({ selection: { anchor: offset, head: offset + length }, scrollIntoView: true })
    },
    focus: () => view.focus(),
  }
}

/** Where a browser replaces coloured text by itself, it writes the colour into a style attribute, which the policy refuses. */
function replaceSelection(event: InputEvent, view: EditorView): boolean {
  const { selection } = view.state
  if (event.inputType !== 'insertText' || event.data === null || event.isComposing || selection.main.empty) return false
  event.preventDefault()
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true })
  return true
}

// The page's own colours come through the shadow root. CodeMirror's marks are images in data: URLs, which the policy
// refuses; an underline does as well.
const theme = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--ground)', fontSize: '0.8125rem', maxHeight: '16rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.25rem', minHeight: '7rem' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.5rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { color: 'var(--muted)', backgroundColor: 'transparent', border: 'none' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    backgroundColor: 'var(--error-wash)',
    textDecoration: 'underline wavy var(--error)',
    textUnderlineOffset: '3px',
  },
  '.cm-tooltip': {
    color: 'var(--ink)',
    backgroundColor: 'var(--panel)',
    border: '1px solid var(--edge)',
    borderRadius: '4px',
    font: '0.8125rem/1.25rem var(--sans)',
  },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--error)' },
  '& ::selection, &.cm-focused ::selection': { backgroundColor: 'var(--selection)' },
})

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--ink)' },
  { tag: [tags.string, tags.number, tags.bool, tags.null], color: 'var(--accent)' },
  { tag: [tags.separator, tags.brace, tags.squareBracket], color: 'var(--muted)' },
])
