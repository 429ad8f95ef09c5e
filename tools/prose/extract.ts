import { parseSync, Visitor } from 'oxc-parser'

/** The prose of a file as Markdown, and the source of each of its lines. */
export interface Prose {
  readonly text: string
  /** The source line of each line of `text`, from 1. */
  readonly lines: readonly number[]
  /** Source lines that a writer can wrap. */
  readonly wrapped: readonly { readonly line: number; readonly columns: number }[]
}

interface Chunk {
  readonly line: number
  readonly lines: readonly string[]
}

/**
 * Finds the prose of a Markdown, TypeScript, or HTML file.
 *
 * @throws SyntaxError with the name of the file for TypeScript that does not parse
 */
export function extractProse(file: string, text: string): Prose {
  if (file.endsWith('.md')) return fromMarkdown(text)
  return fromChunks(file.endsWith('.html') ? readHtml(text) : readCode(file, text), text)
}

function fromMarkdown(text: string): Prose {
  const source = text.split('\n')
  let isCode = false
  const wrapped = source.flatMap((content, index) => {
    if (content.trimStart().startsWith('```')) isCode = !isCode
    const cannotWrap = isCode || /^\s*(\||<|\[|!|#)/.test(content) || !/\s\S+\s/.test(content.trim())
    return cannotWrap || /https?:\S{60}/.test(content) ? [] : [{ line: index + 1, columns: content.length }]
  })
  return { text, lines: source.map((_, index) => index + 1), wrapped }
}

function fromChunks(chunks: readonly Chunk[], source: string): Prose {
  const sourceLines = source.split('\n')
  const lines: number[] = []
  const text: string[] = []
  for (const chunk of chunks) {
    chunk.lines.forEach((content, index) => {
      text.push(content)
      lines.push(chunk.line + index)
    })
    text.push('')
    lines.push(chunk.line + chunk.lines.length)
  }
  const wrapped = sourceLines.flatMap((content, index) =>
    /^\s*(\/\/|\/?\*)/.test(content) && !/https?:\S+/.test(content)
      ? [{ line: index + 1, columns: content.length }]
      : [],
  )
  return { text: text.join('\n'), lines, wrapped }
}

function readCode(file: string, text: string): Chunk[] {
  const { comments, program, errors } = parseSync(file, text)
  const [error] = errors
  // The parser finds no comments behind a syntax error.
  if (error !== undefined) throw new SyntaxError(`${file}: ${error.message}`)
  const lineOf = lineFinder(text)
  const chunks: Chunk[] = []
  let run: { line: number; lines: string[] } | undefined
  for (const comment of comments) {
    const line = lineOf(comment.start)
    if (comment.type === 'Block') {
      chunks.push({ line, lines: readBlock(comment.value) })
      continue
    }
    const content = comment.value.trim()
    if (/^(\/|eslint|oxlint|oxfmt|prettier|@ts)/.test(content)) continue
    if (run !== undefined && run.line + run.lines.length === line) run.lines.push(content)
    else chunks.push((run = { line, lines: [content] }))
  }
  const addText = (start: number, content: string): void => {
    if (isProse(content)) chunks.push({ line: lineOf(start), lines: [cleanText(content)] })
  }
  new Visitor({
    Literal(node) {
      if (typeof node.value === 'string') addText(node.start, node.value)
    },
    TemplateLiteral(node) {
      // The lines of a long template are lines of output or code.
      const content = node.quasis.map((quasi) => quasi.value.cooked ?? '').join('X')
      for (const line of content.split('\n')) addText(node.start, line)
    },
    JSXText(node) {
      addText(node.start, node.value)
    },
  }).visit(program)
  return chunks
}

/**
 * Returns the lines of a block comment without stars. Tags become paragraphs, and examples stay
 * fenced.
 */
function readBlock(value: string): string[] {
  return value.split('\n').map((line) =>
    line
      .replace(/^\s*\*+ ?/, '')
      .replace(/^@(default|see|internal|example|type)\b.*$/, '')
      .replace(/^@param \S+\s*/, '- ')
      .replace(/^@throws(?: \{?\w+\}?)?\s*/, '- ')
      .replace(/^@(\w+)\s*/, '- ')
      .trimEnd(),
  )
}

/** Reports whether a text has enough words for a sentence, and is not code, a selector, or SQL. */
function isProse(text: string): boolean {
  const words = text.trim().split(/\s+/)
  const plain = words.filter((word) => /^[("'“]?[A-Za-z][A-Za-z’'-]*[.,;:!?)"'”]*$/.test(word)).length
  return plain >= 4 && plain >= words.length / 2 && !/^(SELECT|HostName=|default-src)/.test(text)
}

function readHtml(text: string): Chunk[] {
  const lineOf = lineFinder(text)
  const blank = (part: string): string => part.replaceAll(/[^\n]/g, ' ')
  const visible = text.replaceAll(/<(script|style)[\s\S]*?<\/\1>|<!--|-->/g, blank)
  return [...visible.matchAll(/>([^<>]+)</g)].flatMap(({ index, 1: content = '' }) =>
    isProse(content) ? [{ line: lineOf(index), lines: [cleanText(content)] }] : [],
  )
}

/**
 * Puts a text on a single line, without Markdown's own signs and without URL paths, which keep old
 * spellings.
 */
function cleanText(text: string): string {
  return text
    .replaceAll(/(^|[\s"'`(])\/[\w./-]+/g, '$1X')
    .replaceAll(/[*_<>[\]#`]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  return (offset) => {
    let low = 0
    let high = starts.length
    while (low + 1 < high) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? Infinity) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}
