import type { Nodes } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { visit } from 'unist-util-visit'

export interface CodeBlock {
  /** Line of the first line of code. */
  readonly line: number
  readonly language: string
  /** The text after the language on the fence. */
  readonly meta: string
  readonly code: string
}

export interface Link {
  readonly line: number
  readonly target: string
}

export interface MarkdownContent {
  readonly blocks: readonly CodeBlock[]
  readonly links: readonly Link[]
}

/** Finds the fenced code blocks and the links of a Markdown text. */
export function readMarkdown(text: string): MarkdownContent {
  const blocks: CodeBlock[] = []
  const links: Link[] = []
  visit(fromMarkdown(text), (node: Nodes) => {
    const line = node.position?.start.line ?? 1
    if (node.type === 'code') {
      blocks.push({ line: line + 1, language: node.lang ?? '', meta: node.meta ?? '', code: node.value })
    } else if (node.type === 'link' || node.type === 'image' || node.type === 'definition') {
      links.push({ line, target: node.url })
    }
  })
  return { blocks, links }
}
