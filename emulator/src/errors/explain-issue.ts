import { type BaseIssue, getDotPath } from 'valibot'

/** The first problem of a value and its path, as a sentence. */
export function explain([issue]: readonly [BaseIssue<unknown>, ...BaseIssue<unknown>[]]): string {
  const path = getDotPath(issue)
  return path === null ? `The value: ${problemOf(issue)}` : `${path}: ${problemOf(issue)}`
}

function problemOf({ type, expected, received, message }: BaseIssue<unknown>): string {
  if (expected === 'never') return 'is not known here'
  if (type === 'strict_object' && received === 'undefined') return 'is missing'
  // The messages of valibot begin like this, and those of this project do not.
  const [, subject] = /^Invalid ([\w ]+): (?:Expected|Received) /.exec(message) ?? []
  if (subject === undefined) return message
  const text = inWords(expected ?? subject)
  return `expected ${subject === 'length' ? `a length of ${text}` : text} but received ${inWords(received)}`
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['Array', 'an array'],
  ['Object', 'an object'],
  ['boolean', 'true or false'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['safe integer', 'a whole number'],
  ['string', 'a string'],
  ['timestamp', 'a time such as 2030-01-01T00:00:00Z'],
])

/** A type, a range, or a choice of valibot in words: `>=1` is "at least 1". */
function inWords(text: string): string {
  if (/^\(.* \| .*\)$/.test(text)) return listOf(text.slice(1, -1).split(' | '))
  return (
    KINDS.get(text) ??
    text
      .replace(/^>=(?=\d|-)/, 'at least ')
      .replace(/^<=(?=\d|-)/, 'at most ')
      .replace(/^>(?=\d|-)/, 'more than ')
  )
}

/** `a, b, or c` for quoted texts or numbers. */
function listOf(choices: readonly string[]): string {
  const names = choices.map((choice) => choice.replaceAll('"', ''))
  const last = names.at(-1) ?? ''
  return names.length === 2 ? names.join(' or ') : `${names.slice(0, -1).join(', ')}, or ${last}`
}
