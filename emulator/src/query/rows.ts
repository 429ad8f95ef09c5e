import type { Json, JsonObject } from '../formats/json.ts'
import { createAggregate, type Aggregate } from './aggregate.ts'
import { isGrouped, orderColumn } from './check-query.ts'
import { valueAt } from './evaluate.ts'
import { compareValues } from './order.ts'
import type { Column, Query, Value } from './query.ts'

/** The row for a document of a query without groups. */
export function project({ columns }: Query, document: JsonObject): JsonObject {
  return columns === undefined ? document : rowOf(columns, ({ value }) => projectedValue(value, document))
}

/**
 * Whether each document makes a row, in the order of documents. Then a page reads only its own
 * documents.
 */
export function isStreamed(query: Query): boolean {
  return query.orderBy.length === 0 && !isGrouped(query)
}

/**
 * All rows of a sorted or grouped query, which reads every document before it has the first row.
 */
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

/**
 * A row per group, in the order of first documents. Without GROUP BY there is always a single
 * group.
 */
function groups(query: Query, documents: Iterable<JsonObject>): JsonObject[] {
  const columns = query.columns ?? []
  const found = new Map<string, Group>()
  const open = (first: JsonObject | undefined): Group => ({ first, aggregates: aggregatesOf(columns) })
  if (query.groupBy.length === 0) found.set('[]', open(undefined))
  for (const document of documents) {
    // Missing values make up their own group, apart from null.
    const key = JSON.stringify(
      query.groupBy.map((path) => [valueAt(path, document)].filter((value) => value !== undefined)),
    )
    const group = found.get(key) ?? open(document)
    found.set(key, group)
    for (const aggregate of group.aggregates.values()) aggregate.add(document)
  }
  return [...found.values()].map(({ first, aggregates }) =>
    rowOf(columns, (column) => aggregates.get(column)?.result() ?? (first && projectedValue(column.value, first))),
  )
}

function aggregatesOf(columns: readonly Column[]): Map<Column, Aggregate> {
  return new Map(
    columns.flatMap((column) => (column.value.type === 'path' ? [] : [[column, createAggregate(column.value)]])),
  )
}

function projectedValue(value: Column['value'], document: JsonObject): Value {
  return value.type === 'path' ? valueAt(value.path, document) : undefined
}

/** A row without its missing values. `Object.fromEntries` defines an own property for any name. */
function rowOf(columns: readonly Column[], valueOf: (column: Column) => Value): JsonObject {
  const entries = columns.map((column) => [column.name, valueOf(column)] as const)
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined))
}
