import { type BaseIssue, getDotPath } from 'valibot'

/** The first problem of a value and its path, as a sentence. */
export function explain([issue]: readonly [BaseIssue<unknown>, ...BaseIssue<unknown>[]]): string {
  const path = getDotPath(issue)
  return path === null ? `The value: ${problemOf(issue)}` : `${path}: ${problemOf(issue)}`
}

function problemOf({ type, expected, received, message }: BaseIssue<unknown>): string {
  if (expected === 'never') return 'is not known here'
  if (type === 'strict_object' && received === 'undefined') return 'is missing'
  return message.replace(/^Invalid [\w ]+: E/, 'e')
}
