import type { BaseIssue } from 'valibot'
import { getDotPath } from 'valibot'

/** One sentence for what is wrong with a value, and where: the first thing of all. */
export function explain([issue]: readonly [BaseIssue<unknown>, ...BaseIssue<unknown>[]]): string {
  const path = getDotPath(issue)
  return path === null ? `The value: ${fault(issue)}` : `${path}: ${fault(issue)}`
}

function fault({ type, expected, received, message }: BaseIssue<unknown>): string {
  if (type === 'strict_object' && expected === 'never') return 'is not known here'
  if (type === 'strict_object' && received === 'undefined') return 'is missing'
  return message.replace(/^Invalid [\w ]+: E/, 'e')
}
