import { createHash } from 'node:crypto'
import { Refusal } from '../errors/refusal.ts'

/** The start of the next page of a query. */
export interface Continuation {
  /** The key of the last document so far. For sorted or grouped rows: the number of rows so far. */
  readonly after: string | number
  /** The remaining rows of TOP. */
  readonly left?: number
}

/** A token for a single query, opaque to clients. */
export function encodeContinuation(query: string, { after, left }: Continuation): string {
  return Buffer.from(JSON.stringify([fingerprint(query), after, ...(left === undefined ? [] : [left])])).toString(
    'base64url',
  )
}

/** @throws Refusal ArgumentInvalid for any text that is not a token of this query */
export function decodeContinuation(query: string, token: string): Continuation {
  const parts = parsed(token)
  if (Array.isArray(parts) && parts[0] === fingerprint(query)) {
    const [, after, left] = parts as unknown[]
    if ((typeof after === 'string' || isCount(after)) && (left === undefined || isCount(left))) {
      return left === undefined ? { after } : { after, left }
    }
  }
  throw new Refusal('ArgumentInvalid', 'The continuation token does not belong to this query')
}

function parsed(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString())
  } catch {
    return undefined
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function fingerprint(query: string): string {
  return createHash('sha256').update(query).digest('base64url').slice(0, 12)
}
