import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'

/** What is wrong with a text, and where. */
export interface TextFault {
  readonly offset: number
  /** How many characters are at fault; 0 at the end of the text. */
  readonly length: number
  readonly message: string
}

export type JsonText =
  | { readonly type: 'fault'; readonly fault: TextFault }
  /** `root` has the place of each value. */
  | { readonly type: 'json'; readonly root: Node }

const options = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }

/** What should have been there. */
const wanted: { readonly [name: string]: string | undefined } = {
  ValueExpected: 'a value',
  PropertyNameExpected: 'a key in double quotes',
  InvalidSymbol: 'a text in double quotes, a number, true, false or null',
  InvalidNumberFormat: 'a number',
  UnexpectedEndOfNumber: 'a number',
  ColonExpected: 'a colon',
  CommaExpected: 'a comma',
  CloseBraceExpected: 'a }',
  CloseBracketExpected: 'a ]',
  EndOfFileExpected: 'the end',
}

const flaws: { readonly [name: string]: string | undefined } = {
  UnexpectedEndOfString: 'this text has no closing quote',
  InvalidEscapeCharacter: 'this text has an escape that JSON does not know',
  InvalidUnicode: 'this text has an escape that JSON does not know',
  InvalidCharacter: 'this text has a character that has to be escaped',
}

/**
 * Browsers word the errors of `JSON.parse` each in its own way and some without a place, so a parser of editors reads the
 * text. One thing more is a fault: a key given twice, of which `JSON.parse` would drop the first without a word.
 */
export function readJson(text: string): JsonText {
  const errors: ParseError[] = []
  let root: Node | undefined
  try {
    root = parseTree(text, errors, options)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { type: 'fault', fault: { offset: 0, length: 0, message: 'this is nested too deeply' } }
  }
  const [first] = errors
  if (first !== undefined) return { type: 'fault', fault: { ...first, message: wordsFor(first, text) } }
  const fault = root === undefined ? undefined : (findTwin(root) ?? findStranger(text))
  if (fault !== undefined || root === undefined) {
    return { type: 'fault', fault: fault ?? { offset: 0, length: 0, message: 'a value should be here' } }
  }
  return { type: 'json', root }
}

/** From 1, as editors count. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

function wordsFor({ error, offset, length }: ParseError, text: string): string {
  const flaw = flaws[printParseErrorCode(error)]
  if (flaw !== undefined) return flaw
  const should = wanted[printParseErrorCode(error)] ?? 'JSON'
  const found = text.slice(offset, offset + length).slice(0, 40)
  return found === '' ? `the text ends where ${should} should be` : `${should} should be here, not ${found}`
}

function findTwin(node: Node): TextFault | undefined {
  const keys = new Set<string>()
  for (const child of node.children ?? []) {
    const [key] = node.type === 'object' ? (child.children ?? []) : []
    if (key !== undefined && keys.has(key.value as string)) {
      const { offset, length, value } = key
      return { offset, length, message: `the key ${value as string} is here a second time` }
    }
    if (key !== undefined) keys.add(key.value as string)
    const inner = findTwin(child)
    if (inner !== undefined) return inner
  }
  return undefined
}

/** Between the values the parser takes spaces that JSON does not know, as pasted from a word processor. */
function findStranger(text: string): TextFault | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch {
    const outside = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, (string) => '"'.repeat(string.length))
    const offset = Math.max(0, outside.search(/[^\S \t\n\r]|\uFEFF/))
    return { offset, length: 1, message: 'this character is no space of JSON’s' }
  }
}
