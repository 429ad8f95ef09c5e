import { json } from '@codemirror/lang-json'
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics } from '@codemirror/lint'
import { type Extension, Prec } from '@codemirror/state'
import { keymap, lineNumbers, tooltips } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { EditorView, minimalSetup } from 'codemirror'
import type { TextProblem } from './json-text.ts'

/** CodeMirror, for JSON unless the options say otherwise. */
export interface CodeEditor {
  readonly text: string
  /** Replaces the whole text. Undo restores the old text. */
  setText(text: string): void
  /** Marks the problem, or removes the mark. */
  showProblem(problem: TextProblem | undefined): void
  /** Focuses the editor and selects the problem. */
  select(problem: TextProblem): void
  focus(): void
  destroy(): void
}

export interface CodeEditorOptions {
  readonly text: string
  /** The accessible name. */
  readonly label: string
  /** @default JSON */
  readonly language?: Extension
  onChange(text: string): void
  /** For Ctrl+Enter, or Cmd+Enter on a Mac. */
  onSubmit(): void
}

/**
 * Creates an editor in a shadow root of its host. There, CodeMirror adopts constructed style
 * sheets. In the document it would add a `<style>` element, which the pages'
 * Content-Security-Policy blocks.
 */
export function createCodeEditor(host: HTMLElement, options: CodeEditorOptions): CodeEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  const submit = (): boolean => {
    options.onSubmit()
    return true
  }
  const view = new EditorView({
    doc: options.text,
    root,
    parent: root,
    extensions: [
      Prec.highest(keymap.of([{ key: 'Mod-Enter', run: submit }])),
      minimalSetup,
      lineNumbers(),
      bracketMatching(),
      options.language ?? json(),
      indentUnit.of('  '),
      syntaxHighlighting(colors),
      theme,
      tooltips({ position: 'absolute' }),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': options.label, spellcheck: 'false' }),
      EditorView.domEventHandlers({ beforeinput: replaceSelection }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) options.onChange(state.doc.toString())
      }),
    ],
  })

  return {
    get text() {
      return view.state.doc.toString()
    },
    setText(text) {
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: { anchor: text.length },
      })
    },
    showProblem(problem) {
      const diagnostics = problem === undefined ? [] : [diagnosticFor(problem, view.state.doc.length)]
      view.dispatch(setDiagnostics(view.state, diagnostics))
      view.contentDOM.setAttribute('aria-invalid', String(problem !== undefined))
    },
    select({ offset, length }) {
      view.focus()
      view.dispatch({ selection: { anchor: offset, head: offset + length }, scrollIntoView: true })
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  }
}

interface Diagnostic {
  readonly from: number
  readonly to: number
  readonly severity: 'error'
  readonly message: string
}

/** @param end the length of the text */
function diagnosticFor({ offset, length, message }: TextProblem, end: number): Diagnostic {
  const from = Math.min(offset, end)
  const to = Math.min(from + length, end)
  // An empty range, as at the end of the text, would be invisible.
  const range = from < to ? { from, to } : { from: Math.max(0, from - 1), to: Math.max(from, Math.min(1, end)) }
  return { ...range, severity: 'error', message: `${message}.` }
}

/**
 * Types over a selection without the browser's own editing. Chromium keeps the color of the
 * replaced text in a style attribute, which the Content-Security-Policy blocks.
 */
function replaceSelection(event: InputEvent, view: EditorView): boolean {
  if (event.inputType !== 'insertText' || event.data === null || event.isComposing) return false
  const { from, to } = selectedRange(view)
  if (from === to) return false
  event.preventDefault()
  view.dispatch({
    changes: { from, to, insert: event.data },
    selection: { anchor: from + event.data.length },
    userEvent: 'input.type',
    scrollIntoView: true,
  })
  return true
}

/** The selection of the browser. CodeMirror notices a new selection a moment later. */
function selectedRange(view: EditorView): { readonly from: number; readonly to: number } {
  // Only Chromium has a selection per shadow root; Firefox uses the selection of the document.
  const { root } = view as { readonly root: { getSelection?(): Selection | null } }
  const { anchorNode, anchorOffset, focusNode, focusOffset } = root.getSelection?.() ?? getSelection() ?? {}
  if (!anchorNode || !focusNode || !view.contentDOM.contains(anchorNode) || !view.contentDOM.contains(focusNode)) {
    return view.state.selection.main
  }
  const anchor = view.posAtDOM(anchorNode, anchorOffset)
  const head = view.posAtDOM(focusNode, focusOffset)
  return { from: Math.min(anchor, head), to: Math.max(anchor, head) }
}

// The page's custom properties also apply inside the shadow root. An underline replaces
// CodeMirror's error mark, an image in a data: URL, which the Content-Security-Policy blocks.
const theme = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--ground)', fontSize: '0.8125rem', maxHeight: '20rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.25rem', minHeight: 'var(--editor-height, 7rem)' },
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
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--wash)' },
})

const colors = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--ink)' },
  { tag: tags.keyword, fontWeight: '600' },
  { tag: [tags.string, tags.number, tags.bool, tags.null], color: 'var(--accent)' },
  { tag: [tags.separator, tags.brace, tags.squareBracket], color: 'var(--muted)' },
])
