import { sections } from '../../docs/docstrings.ts'

export interface Docstring {
  readonly text: string
  /** The text of each tag other than `@example`, in order. */
  readonly tags: readonly { readonly tag: string; readonly text: string }[]
  /** Markdown with a fenced block. */
  readonly examples: readonly string[]
}

/** @param comment the text between the asterisk of the opening and the closing of a docstring */
export function parseDocstring(comment: string): Docstring {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd())
  const found = sections(lines)
  const parts = found.map(({ tag, start, end }) => ({
    tag,
    text: [lines[start]?.slice(tag.length) ?? '', ...lines.slice(start + 1, end)].join('\n').trim(),
  }))
  return {
    text: lines.slice(0, found[0]?.start).join('\n').trim(),
    tags: parts.filter(({ tag }) => tag !== '@example'),
    examples: parts.filter(({ tag }) => tag === '@example').map(({ text }) => text),
  }
}
