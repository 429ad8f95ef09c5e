import { StreamLanguage, type StringStream } from '@codemirror/language'
import { type CodeEditor, type CodeEditorOptions, createCodeEditor } from './code-editor.ts'

const KEYWORDS = new Set(
  'select top from where group order by asc desc and or not in nin as true false null undefined'.split(' '),
)

/** The tokens of IoT Hub's query language, for highlighting only. The hub parses the query. */
const LANGUAGE = StreamLanguage.define<undefined>({
  token(stream: StringStream) {
    if (stream.match(/^(?:'(?:\\.|[^'\\])*'?|"(?:\\.|[^"\\])*"?)/)) return 'string'
    if (stream.match(/^(?:0x[\da-f]+|\d+(?:\.\d+)?)/i)) return 'number'
    if (stream.match(/^\[\[.*?\]\]/)) return null
    if (stream.match(/^[\p{L}_$][\p{L}\d_$-]*/u)) return KEYWORDS.has(stream.current().toLowerCase()) ? 'keyword' : null
    stream.next()
    return null
  },
})

/** Creates an editor for a query of IoT Hub. */
export function createQueryEditor(host: HTMLElement, options: CodeEditorOptions): CodeEditor {
  return createCodeEditor(host, { ...options, language: LANGUAGE })
}
