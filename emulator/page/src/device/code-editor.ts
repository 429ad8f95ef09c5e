import { json } from '@codemirror/lang-json'
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, linter } from '@codemirror/lint'
import { EditorView, keymap } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { minimalSetup } from 'codemirror'
import { jsonProblems } from './json-problems.ts'

export interface CodeEditor {
  readonly text: string
  replace(text: string): void
  focusOn(from: number, to: number): void
  destroy(): void
}

export interface EditorOptions {
  readonly text: string
  readonly label: string
  readonly onText: (text: string) => void
  /** Ctrl+Enter, or Cmd+Enter. */
  readonly onSend: () => void
}

/**
 * CodeMirror for JSON, with what is wrong marked where it is wrong. It lives in a shadow root: there its styles are made by script, which the
 * page's policy allows, and not of `<style>` elements, which it does not.
 */
export function createCodeEditor(host: HTMLElement, options: EditorOptions): CodeEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  const view = new EditorView({
    root,
    parent: root,
    doc: options.text,
    extensions: [
      keymap.of([{ key: 'Mod-Enter', run: () => (options.onSend(), true) }]),
      minimalSetup,
      bracketMatching(),
      json(),
      indentUnit.of('  '),
      linter(({ state }) => jsonProblems(state.doc.toString()).map((each) => ({ ...each, severity: 'error' })), {
        delay: 150,
      }),
      lintGutter(),
      syntaxHighlighting(colours),
      theme,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': options.label }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) options.onText(update.state.doc.toString())
      }),
    ],
  })
  return {
    get text() {
      return view.state.doc.toString()
    },
    replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    focusOn(from, to) {
      view.focus()
      view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true })
    },
    destroy: () => view.destroy(),
  }
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--ink)', fontWeight: '600' },
  { tag: tags.string, color: 'var(--text-value)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--accent)' },
])

const theme = EditorView.theme({
  '&': { fontSize: '0.8125rem', color: 'var(--ink)', background: 'var(--panel)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: '0.8125rem/1.25rem var(--mono)', minHeight: '6.5rem', maxHeight: '20rem' },
  '.cm-content': { padding: '0.5rem 0', caretColor: 'var(--ink)' },
  '.cm-gutters': { background: 'none', border: 'none' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
    background: 'var(--wash) !important',
  },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-tooltip': { border: '1px solid var(--edge)', background: 'var(--panel)', color: 'var(--ink)' },
  '.cm-diagnostic': { font: '0.8125rem/1.25rem var(--sans)', borderLeft: '3px solid var(--error)' },
  // In place of pictures from `data:`, which the page's policy refuses.
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--error)' },
  '.cm-lint-marker-error': { content: '"●"', color: 'var(--error)', lineHeight: '1.25rem' },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--wash)' },
})
