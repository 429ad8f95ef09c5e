import { parseSync } from 'oxc-parser'
import { readMarkdown, type CodeBlock } from './markdown.ts'

export interface DocstringExamples {
  readonly blocks: readonly CodeBlock[]
  /** Lines of `@example` tags that no fenced block follows. */
  readonly emptyAt: readonly number[]
}

/** Finds the code blocks under the `@example` tags of a TypeScript file's docstrings. */
export function readDocstrings(file: string, text: string): DocstringExamples {
  const blocks: CodeBlock[] = []
  const emptyAt: number[] = []
  for (const comment of parseSync(file, text).comments) {
    if (comment.type !== 'Block' || !comment.value.startsWith('*')) continue
    const firstLine = text.slice(0, comment.start).split('\n').length
    // Keeps the number of lines, so that a block's line leads back to the source.
    const lines = comment.value.split('\n').map((line) => line.replace(/^\s*\* ?/, ''))
    for (const { tag, start, end } of sections(lines)) {
      if (tag !== '@example') continue
      const found = readMarkdown(lines.slice(start + 1, end).join('\n')).blocks
      if (found.length === 0) emptyAt.push(firstLine + start)
      blocks.push(...found.map((block) => ({ ...block, line: block.line + firstLine + start })))
    }
  }
  return { blocks, emptyAt }
}

export interface Section {
  readonly tag: string
  readonly start: number
  readonly end: number
}

/** Splits a docstring at its tags. A tag inside a fence is code. */
export function sections(lines: readonly string[]): Section[] {
  let isCode = false
  const starts = lines.flatMap((line, start) => {
    if (line.startsWith('```')) isCode = !isCode
    const tag = isCode ? undefined : /^@\w+/.exec(line)?.[0]
    return tag === undefined ? [] : [{ tag, start }]
  })
  return starts.map(({ tag, start }, index) => ({ tag, start, end: starts[index + 1]?.start ?? lines.length }))
}
