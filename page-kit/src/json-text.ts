import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'

/** A problem in a text, and its position. */
export interface TextProblem {
  readonly offset: number
  /** The number of wrong characters; 0 at the end of the text. */
  readonly length: number
  readonly message: string
}

export type JsonText =
  | { readonly type: 'problem'; readonly problem: TextProblem }
  /** `root` has the position of each value. */
  | { readonly type: 'json'; readonly value: unknown; readonly root: Node }

const OPTIONS = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }

const EXPECTATIONS: { readonly [name: string]: string | undefined } = {
  ValueExpected: 'a value',
  PropertyNameExpected: 'a key in double quotes',
  InvalidSymbol: 'a string in double quotes, a number, true, false, or null',
  InvalidNumberFormat: 'a number',
  UnexpectedEndOfNumber: 'a number',
  ColonExpected: 'a colon',
  CommaExpected: 'a comma',
  CloseBraceExpected: 'a }',
  CloseBracketExpected: 'a ]',
  EndOfFileExpected: 'the end of the text',
}

const OTHER_PROBLEMS: { readonly [name: string]: string | undefined } = {
  UnexpectedEndOfString: 'this string has no closing quote',
  InvalidEscapeCharacter: 'JSON has no such escape sequence',
  InvalidUnicode: 'JSON has no such escape sequence',
  InvalidCharacter: 'this character needs an escape sequence',
}

/**
 * Parses a text as strictly as `JSON.parse`. Each browser has its own messages for the errors of
 * `JSON.parse`, some without a position. So a parser for editors reads the text as well. A repeated
 * key is also a problem, because `JSON.parse` silently drops the first of the two values.
 */
export function readJson(text: string): JsonText {
  const errors: ParseError[] = []
  let root: Node | undefined
  try {
    root = parseTree(text, errors, OPTIONS)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return problem(0, 0, 'the nesting is too deep')
  }
  const [first] = errors
  if (first !== undefined) return problem(first.offset, first.length, wordsFor(first, text))
  if (root === undefined) return problem(0, 0, 'expected a value')
  const repeated = findRepeatedKey(root)
  if (repeated !== undefined) {
    return problem(repeated.offset, repeated.length, `the key ${repeated.value as string} appears twice`)
  }
  try {
    return { type: 'json', value: JSON.parse(text), root }
  } catch {
    return problem(findForeignSpace(text), 1, 'JSON allows no space character of this kind')
  }
}

/** Line and column count from 1, as in editors. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

/** @returns a sentence with the position */
export function describeProblem(text: string, { offset, message }: TextProblem): string {
  const { line, column } = positionOf(text, offset)
  return `Line ${line}, column ${column}: ${message}.`
}

function problem(offset: number, length: number, message: string): JsonText {
  return { type: 'problem', problem: { offset, length, message } }
}

function wordsFor({ error, offset, length }: ParseError, text: string): string {
  const name = printParseErrorCode(error)
  const other = OTHER_PROBLEMS[name]
  if (other !== undefined) return other
  const found = text.slice(offset, offset + length).slice(0, 40)
  return `expected ${EXPECTATIONS[name] ?? 'JSON'}, found ${found === '' ? 'the end of the text' : found}`
}

function findRepeatedKey(node: Node): Node | undefined {
  const keys = new Set<string>()
  for (const child of node.children ?? []) {
    const [key] = node.type === 'object' ? (child.children ?? []) : []
    if (key !== undefined && keys.has(key.value as string)) return key
    if (key !== undefined) keys.add(key.value as string)
    const inner = findRepeatedKey(child)
    if (inner !== undefined) return inner
  }
  return undefined
}

/**
 * Between values, the parser accepts spaces that JSON does not allow, such as those of a word
 * processor.
 */
function findForeignSpace(text: string): number {
  const outside = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, (string) => '"'.repeat(string.length))
  return Math.max(0, outside.search(/[^\S \t\n\r]|\uFEFF/))
}
