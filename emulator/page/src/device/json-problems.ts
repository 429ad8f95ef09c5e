import type { Node as JsonNode, ParseError } from 'jsonc-parser'
import { parseTree, printParseErrorCode } from 'jsonc-parser'

/** What is wrong with a text that should be a JSON object, and where. */
export interface JsonProblem {
  readonly from: number
  readonly to: number
  readonly message: string
}

const strict = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }

const messages: Readonly<Record<string, string>> = {
  InvalidSymbol: 'JSON has no such word; names and texts are in double quotes',
  InvalidNumberFormat: 'This is no number as JSON writes it',
  PropertyNameExpected: 'A name in double quotes should be here',
  ValueExpected: 'A value should be here',
  ColonExpected: 'A colon should be here',
  CommaExpected: 'A comma should be here',
  CloseBraceExpected: 'A } should be here',
  CloseBracketExpected: 'A ] should be here',
  EndOfFileExpected: 'The text should end here',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfString: 'This text has no end: a double quote is missing',
  InvalidUnicode: 'This escape is not one: \\u takes four hexadecimal digits',
  InvalidEscapeCharacter: 'JSON knows no such escape',
  InvalidCharacter: 'This character has to be escaped',
}

/** All problems, first one first; none where `JSON.parse` would take it for an object and lose nothing. */
export function jsonProblems(text: string): JsonProblem[] {
  const errors: ParseError[] = []
  const tree = parseTree(text, errors, strict)
  const found = errors.map(({ error, offset, length }) => ({
    from: Math.min(offset, text.length),
    to: Math.min(offset + length, text.length),
    message: messages[printParseErrorCode(error)] ?? 'This is not JSON',
  }))
  if (found.length > 0 || tree === undefined) return found
  if (tree.type !== 'object') return [{ ...placeOf(tree), message: 'A patch is an object: put it in { }' }]
  return repeatedKeys(tree)
}

/** Of two values for one key JSON.parse would drop the first without a word. */
function repeatedKeys(node: JsonNode): JsonProblem[] {
  const seen = new Set<unknown>()
  return (node.children ?? []).flatMap((child) => {
    const key = child.type === 'property' ? child.children?.[0] : undefined
    const isRepeated = key !== undefined && seen.has(key.value)
    if (key !== undefined) seen.add(key.value)
    const own = isRepeated ? [{ ...placeOf(key), message: `The key ${String(key.value)} is here a second time` }] : []
    return [...own, ...repeatedKeys(child)]
  })
}

function placeOf({ offset, length }: JsonNode): { from: number; to: number } {
  return { from: offset, to: offset + length }
}
