import type { Json, JsonObject } from '../formats/json.ts'
import { createAggregate } from './aggregate.ts'
import type { Aggregate } from './aggregate.ts'
import { isGrouped, orderColumn } from './check-query.ts'
import { valueAt } from './evaluate.ts'
import { compareValues } from './order.ts'
import type { Column, Query, Value } from './query.ts'

/** What a query shows of one document, where its rows are no groups. */
export function project({ columns }: Query, document: JsonObject): JsonObject {
  return columns === undefined ? document : rowOf(columns, ({ value }) => shownOf(value, document))
}

/** Whether the rows come in the order of the documents, one each, so that a page needs no other documents than its own. */
export function isStreamed(query: Query): boolean {
  return query.orderBy.length === 0 && !isGrouped(query)
}

/** All rows of a query that must see every document before it can tell the first row: grouped or sorted ones. */
export function allRows(query: Query, documents: Iterable<JsonObject>): JsonObject[] {
  return isGrouped(query) ? sortedGroups(query, groups(query, documents)) : sortedRows(query, [...documents])
}

function sortedRows(query: Query, documents: JsonObject[]): JsonObject[] {
  const sorted = documents.sort((one, other) =>
    firstDifference(query, ({ path }) => [valueAt(path, one), valueAt(path, other)]),
  )
  return sorted.map((document) => project(query, document))
}

function sortedGroups(query: Query, rows: JsonObject[]): JsonObject[] {
  const columns = query.columns ?? []
  return rows.sort((one, other) =>
    firstDifference(query, ({ path }) => {
      const name = orderColumn(columns, path)?.name ?? ''
      return [valueAt([name], one), valueAt([name], other)]
    }),
  )
}

function firstDifference(
  { orderBy }: Query,
  valuesFor: (order: Query['orderBy'][number]) => readonly [Value, Value],
): number {
  for (const order of orderBy) {
    const difference = compareValues(...valuesFor(order))
    if (difference !== 0) return order.descending ? -difference : difference
  }
  return 0
}

interface Group {
  readonly first: JsonObject | undefined
  readonly aggregates: ReadonlyMap<Column, Aggregate>
}

/** A row a group, in the order in which they were met. Without GROUP BY everything is one group, even nothing. */
function groups(query: Query, documents: Iterable<JsonObject>): JsonObject[] {
  const columns = query.columns ?? []
  const found = new Map<string, Group>()
  const open = (first: JsonObject | undefined): Group => ({ first, aggregates: aggregatesOf(columns) })
  if (query.groupBy.length === 0) found.set('[]', open(undefined))
  for (const document of documents) {
    // What is not there makes a group of its own, apart from null.
    const key = JSON.stringify(
      query.groupBy.map((path) => [valueAt(path, document)].filter((value) => value !== undefined)),
    )
    const group = found.get(key) ?? open(document)
    found.set(key, group)
    for (const aggregate of group.aggregates.values()) aggregate.add(document)
  }
  return [...found.values()].map(({ first, aggregates }) =>
    rowOf(columns, (column) => aggregates.get(column)?.result() ?? (first && shownOf(column.value, first))),
  )
}

function aggregatesOf(columns: readonly Column[]): Map<Column, Aggregate> {
  return new Map(
    columns.flatMap((column) => (column.value.type === 'path' ? [] : [[column, createAggregate(column.value)]])),
  )
}

function shownOf(value: Column['value'], document: JsonObject): Value {
  return value.type === 'path' ? valueAt(value.path, document) : undefined
}

/** What is not there is left out. `Object.fromEntries` makes an own property of any name. */
function rowOf(columns: readonly Column[], valueOf: (column: Column) => Value): JsonObject {
  const entries = columns.map((column) => [column.name, valueOf(column)] as const)
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined))
}
