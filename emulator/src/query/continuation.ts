import { createHash } from 'node:crypto'
import { Refusal } from '../errors/refusal.ts'

/** Where the next page of a query starts. */
export interface Continuation {
  /** The key of the last document that was gone through; for rows that had to be sorted or grouped, how many were given. */
  readonly after: string | number
  /** How many rows of TOP are left. */
  readonly left?: number
}

/** A token that is opaque to clients and belongs to one query. */
export function encodeContinuation(query: string, { after, left }: Continuation): string {
  return Buffer.from(JSON.stringify([fingerprint(query), after, ...(left === undefined ? [] : [left])])).toString(
    'base64url',
  )
}

/** @throws Refusal ArgumentInvalid for whatever is not a token of this query */
export function decodeContinuation(query: string, token: string): Continuation {
  const parts = parsed(token)
  if (Array.isArray(parts) && parts[0] === fingerprint(query)) {
    const [, after, left] = parts as unknown[]
    if ((typeof after === 'string' || isCount(after)) && (left === undefined || isCount(left))) {
      return left === undefined ? { after } : { after, left }
    }
  }
  throw new Refusal('ArgumentInvalid', 'The continuation token is not one of this query')
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
