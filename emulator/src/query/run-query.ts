import { type Continuation, decodeContinuation, encodeContinuation } from './continuation.ts'
import { matches } from './evaluate.ts'
import { type ItemType, type QueryPage, MAX_PAGE_SIZE } from './query-page.ts'
import { parseQuery } from './parse-query.ts'
import type { Query } from './query.ts'
import { allRows, isStreamed, project } from './rows.ts'
import { twinDocument } from '../twin/twin-document.ts'
import { deviceJobDocument } from '../jobs/job-documents.ts'
import type { JsonObject } from '../formats/json.ts'
import { candidates } from './candidates.ts'
import type { Context } from '../hub/context.ts'
import { presenceOf } from '../mqtt/presence.ts'

/** Runs a query and returns a page of its results. Without ORDER BY, the order is by ID. */
export function runQuery(context: Context, text: string, pageSize: number = MAX_PAGE_SIZE, token?: string): QueryPage {
  const query = parseQuery(text)
  const start = token === undefined ? undefined : decodeContinuation(text, token)
  const left = start?.left ?? query.top ?? Infinity
  const size = Math.min(pageSize, MAX_PAGE_SIZE, left)
  const { items, after } = (isStreamed(query) ? streamedPage : collectedPage)(context, query, size, start)
  const itemType = itemTypeOf(query)
  if (after === undefined || left === items.length) return { items, itemType }
  const next = query.top === undefined ? { after } : { after, left: left - items.length }
  return { items, itemType, continuation: encodeContinuation(text, next) }
}

/** The number of rows of a query. */
export function countRows(context: Context, text: string): number {
  const query = parseQuery(text)
  const count = isStreamed(query) ? lengthOf(matching(context, query)) : allRows(query, matching(context, query)).length
  return Math.min(count, query.top ?? Infinity)
}

interface Page {
  readonly items: readonly JsonObject[]
  /** Undefined where nothing comes after it. */
  readonly after?: Continuation['after']
}

function streamedPage(context: Context, query: Query, size: number, start: Continuation | undefined): Page {
  const items: JsonObject[] = []
  let last = ''
  for (const [key, document] of documentsAfter(context, query, start === undefined ? undefined : String(start.after))) {
    if (!matches(query.where, document)) continue
    // A match beyond the page size proves that there is a next page.
    if (items.length === size) return { items, after: last }
    items.push(project(query, document))
    last = key
  }
  return { items }
}

/**
 * A page of sorted or grouped rows. Each page computes all rows again, so changes between pages may
 * appear.
 */
function collectedPage(context: Context, query: Query, size: number, start: Continuation | undefined): Page {
  const rows = allRows(query, matching(context, query))
  const from = Number(start?.after ?? 0)
  const to = from + size
  const items = rows.slice(from, to)
  return to < rows.length ? { items, after: to } : { items }
}

function* matching(context: Context, query: Query): Generator<JsonObject> {
  for (const [, document] of documentsAfter(context, query)) if (matches(query.where, document)) yield document
}

function* documentsAfter(context: Context, { from, where }: Query, key?: string): Iterable<[string, JsonObject]> {
  const { registry, jobs } = context
  if (from === 'devices.jobs') {
    for (const [at, job, device] of jobs.devicesAfter(key)) yield [at, deviceJobDocument(job, device)]
    return
  }
  for (const [at, record] of candidates(registry, from, where, key)) {
    yield [at, twinDocument(record, presenceOf(context, record))]
  }
}

function lengthOf(items: Iterator<unknown>): number {
  let length = 0
  while (items.next().done !== true) length += 1
  return length
}

function itemTypeOf({ from, columns }: Query): ItemType {
  if (columns !== undefined) return 'Raw'
  return from === 'devices.jobs' ? 'DeviceJob' : 'Twin'
}
