import { COLLECTIONS } from './query.ts'

/**
 * Explains a syntax error of the grammar in words: the place, the expectation, and the text there.
 *
 * @param message of Ohm: `Line 1, col 8: expected "*", a letter, or "top" (case-insensitive)`
 * @param rest the text of the query from the place on
 */
export function explainSyntax(message: string, rest: string): string {
  const [, place = '', listed = ''] = /^(.*?: )expected (.*)$/s.exec(message) ?? []
  return `${place}expected ${listOf(expectations(tokensOf(listed)))} but ${found(rest)}`
}

/** The tokens of Ohm's list, such as `(`, `a letter`, and `select`. */
function tokensOf(listed: string): Set<string> {
  const tokens = listed.matchAll(/"((?:\\.|[^"\\])*)"(?: \(case-insensitive\))?|\b(?!or\b)([a-z][a-z ]*?)(?=,| or |$)/g)
  return new Set([...tokens].map(([, quoted, words]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? words ?? ''))
}

/** The start of a value, and of the name of a property. */
const VALUE_TOKENS = ['"', "'", '0x', 'a digit', 'true', 'false', 'null', 'undefined', '(', '-', 'not']
const NAME_TOKENS = ['[[', '$', '_', 'a letter', 'not a reserved', 'a name']
const ESCAPE_TOKENS = ['\\', "'", '"']
/** The tokens after a value, besides keywords. */
const OPERATOR_TOKENS = ['=', '!=', '<>', '<', '<=', '>', '>=', 'in', 'nin', '+', '*', '/', '%', '-', '(', '[', '.']

const WORDS: ReadonlyMap<string, string> = new Map([
  [')', 'a closing parenthesis'],
  [']', 'a closing bracket'],
  ['[', "a list such as ['a', 'b']"],
  [',', 'a comma'],
  ["'", "the quote ' at the end of the string"],
  ['"', 'the quote " at the end of the string'],
  ['group', 'GROUP BY'],
  ['order', 'ORDER BY'],
  ['end of input', 'the end of the query'],
])

/** Replaces the tokens of a value, a name, or a comparison by a single example. */
function expectations(tokens: Set<string>): readonly string[] {
  const words: string[] = []
  const replace = (word: string, ...groups: readonly (readonly string[])[]): void => {
    words.push(word)
    for (const token of groups.flat()) tokens.delete(token)
  }
  if (tokens.has('(') && tokens.has('0x')) {
    const example = tokens.has('not') ? 'a comparison such as tags.floor = 3' : "a value such as 3 or 'lab'"
    replace(example, VALUE_TOKENS, NAME_TOKENS)
  } else if (tokens.has('[[')) replace('a property such as tags.floor', NAME_TOKENS)
  else if (tokens.has('a letter') || tokens.has('not a reserved')) {
    replace(`a collection such as ${listOf(COLLECTIONS)}`, NAME_TOKENS)
  } else if (tokens.has('\\')) replace(String.raw`an escape such as \' or \u0041`, ESCAPE_TOKENS)
  else if (tokens.has("'") && tokens.has('"')) replace("a string such as 'lab'", ["'", '"'])
  if (tokens.has('=')) replace('a comparison such as = 3', OPERATOR_TOKENS)
  else if (tokens.has('+') || tokens.has('.')) for (const token of OPERATOR_TOKENS) tokens.delete(token)
  const rest: string[] = []
  // The tokens of Ohm start with the last alternative of the grammar.
  for (const token of tokens) rest.unshift(WORDS.get(token) ?? (/^[a-z]+$/.test(token) ? token.toUpperCase() : token))
  return rest.includes('*') ? [...rest, ...words] : [...words, ...rest]
}

function found(rest: string): string {
  const [, word] = /^\s*([\w$]{1,30}|\S{1,10})/u.exec(rest) ?? []
  return word === undefined ? 'the query ends' : `found ${JSON.stringify(word)}`
}

function listOf(words: readonly string[]): string {
  if (words.length < 3) return words.join(' or ')
  return `${words.slice(0, -1).join(', ')}, or ${words.at(-1) ?? ''}`
}
