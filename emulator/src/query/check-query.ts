import { Refusal } from '../errors/refusal.ts'
import type { Column, Path, Query } from './query.ts'

/** Each column, group, and order takes time for every document. */
const MAXIMUM = { columns: 100, groupBy: 10, orderBy: 10 }

/**
 * Checks the rules of the language that the grammar does not express.
 *
 * @throws Refusal ArgumentInvalid
 */
export function checkQuery(query: Query): void {
  const { from, columns, groupBy, orderBy } = query
  checkCount('SELECT', columns?.length ?? 0, MAXIMUM.columns)
  checkCount('GROUP BY', groupBy.length, MAXIMUM.groupBy)
  checkCount('ORDER BY', orderBy.length, MAXIMUM.orderBy)
  if (from === 'devices.jobs' && (columns !== undefined || groupBy.length > 0)) {
    // IoT Hub: query language, limitations of queries for jobs.
    throw refused('a query over devices.jobs must have SELECT *, without projection, aggregate, or GROUP BY')
  }
  if (columns !== undefined) checkNames(columns)
  if (!isGrouped(query)) return
  if (columns === undefined) throw refused('SELECT * cannot have GROUP BY')
  for (const { name, value } of columns) {
    if (value.type === 'path' && !groupBy.some((path) => isSame(path, value.path))) {
      throw refused(`${name} is neither an aggregate nor in GROUP BY`)
    }
  }
  for (const { path } of orderBy) {
    if (orderColumn(columns, path) === undefined)
      throw refused(`ORDER BY ${path.join('.')} is not a column of the groups`)
  }
}

/** Whether a row of the result is a group of documents. */
export function isGrouped({ columns, groupBy }: Query): boolean {
  return groupBy.length > 0 || columns?.some(({ value }) => value.type !== 'path') === true
}

/** The column of a grouped query that ORDER BY refers to, by its name or by its property. */
export function orderColumn(columns: readonly Column[], path: Path): Column | undefined {
  const [name = '', ...below] = path
  const named = below.length > 0 ? [] : columns.filter((each) => each.name.toLowerCase() === name.toLowerCase())
  return (
    named.find((each) => each.name === name) ??
    columns.find(({ value }) => value.type === 'path' && isSame(value.path, path)) ??
    named[0]
  )
}

function checkCount(clause: string, count: number, max: number): void {
  if (count > max) throw refused(`${clause} names ${count} properties; at most ${max} are allowed`)
}

function checkNames(columns: readonly Column[]): void {
  const names = columns.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw refused(`two columns have the name ${twice}; AS sets another name`)
}

function isSame(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((key, at) => key === other[at])
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', `The query is not valid: ${message}`)
}
