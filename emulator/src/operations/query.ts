import { matches } from '../query/matches.ts'
import { parseQuery } from '../query/parse-query.ts'
import { twinDocument } from '../rules/documents.ts'
import type { JsonObject } from '../rules/json.ts'
import { Refusal } from '../rules/refusal.ts'
import type { Context } from './context.ts'

export interface QueryPage {
  readonly items: readonly JsonObject[]
  /** Where the next page starts; none after the last one. */
  readonly continuation?: string
}

/** Pages have at most 100 items (protocol sheet 6.5); older text says 1000. */
const maxPageSize = 100

/** One page of the twins that a query finds, in the order of their ids. */
export function queryTwins(
  { registry, devices }: Context,
  text: string,
  pageSize: number = maxPageSize,
  continuation?: string,
): QueryPage {
  const query = parseQuery(text)
  const start = continuation === undefined ? undefined : decode(continuation)
  const records = query.from === 'devices' ? registry.devicesAfter(start) : registry.modulesAfter(start)
  const wanted = Math.min(pageSize, maxPageSize)
  const items: JsonObject[] = []
  let last: string | undefined
  for (const [key, record] of records) {
    const document = twinDocument(record, { connected: devices.isConnected(record) })
    if (!matches(query.where, document)) continue
    // One more than the page holds shows that there is a next one.
    if (items.length === wanted) return { items, continuation: encode(last ?? '') }
    items.push(document)
    last = key
  }
  return { items }
}

function encode(key: string): string {
  return Buffer.from(JSON.stringify({ after: key })).toString('base64url')
}

function decode(continuation: string): string {
  try {
    const { after } = JSON.parse(Buffer.from(continuation, 'base64url').toString()) as { after?: unknown }
    if (typeof after === 'string') return after
  } catch {
    // Told below, as any other token that is not ours.
  }
  throw new Refusal('ArgumentInvalid', 'The continuation token is not valid')
}
