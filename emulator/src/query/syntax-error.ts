import type { Node } from 'ohm-js'
import { Refusal } from '../errors/refusal.ts'

/** The refusal of a query, with the place at which something is wrong: `Line 1, col 15: …`. */
export function syntaxError({ source }: Node, message: string): Refusal {
  const { lineNum, colNum } = source.getLineAndColumn()
  return new Refusal('ArgumentInvalid', `The query is not valid: Line ${lineNum}, col ${colNum}: ${message}`)
}
