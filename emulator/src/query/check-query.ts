import { Refusal } from '../errors/refusal.ts'
import type { Column, Path, Query } from './query.ts'

/** More of them say nothing more, and each costs a look at every document. */
const maximum = { columns: 100, groupBy: 10, orderBy: 10 }

/** Refuses what the grammar allows and the language does not. @throws Refusal ArgumentInvalid */
export function checkQuery(query: Query): void {
  const { from, columns, groupBy, orderBy } = query
  checkCount('SELECT', columns?.length ?? 0, maximum.columns)
  checkCount('GROUP BY', groupBy.length, maximum.groupBy)
  checkCount('ORDER BY', orderBy.length, maximum.orderBy)
  if (from === 'devices.jobs' && (columns !== undefined || groupBy.length > 0)) {
    // IoT Hub: query language, limitations of queries for jobs.
    throw refused('a query over devices.jobs has SELECT *, no projection, no aggregate and no GROUP BY')
  }
  if (columns !== undefined) checkNames(columns)
  if (!isGrouped(query)) return
  if (columns === undefined) throw refused('SELECT * and GROUP BY do not go together')
  for (const { name, value } of columns) {
    if (value.type === 'path' && !groupBy.some((path) => isSame(path, value.path))) {
      throw refused(`${name} is neither an aggregate nor in GROUP BY`)
    }
  }
  for (const { path } of orderBy) {
    if (orderColumn(columns, path) === undefined) throw refused(`ORDER BY ${path.join('.')} is no column of the groups`)
  }
}

/** Whether the rows of the result are groups of documents. */
export function isGrouped({ columns, groupBy }: Query): boolean {
  return groupBy.length > 0 || columns?.some(({ value }) => value.type !== 'path') === true
}

/** The column of a grouped query that ORDER BY means: by its name, or by the property that it shows. */
export function orderColumn(columns: readonly Column[], path: Path): Column | undefined {
  const [name = '', ...below] = path
  const named = below.length > 0 ? [] : columns.filter((each) => each.name.toLowerCase() === name.toLowerCase())
  return (
    named.find((each) => each.name === name) ??
    columns.find(({ value }) => value.type === 'path' && isSame(value.path, path)) ??
    named[0]
  )
}

function checkCount(clause: string, count: number, most: number): void {
  if (count > most) throw refused(`${clause} names ${count} properties; at most ${most} are allowed`)
}

function checkNames(columns: readonly Column[]): void {
  const names = columns.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw refused(`two columns are called ${twice}; AS gives another name`)
}

function isSame(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((key, at) => key === other[at])
}

function refused(message: string): Refusal {
  return new Refusal('ArgumentInvalid', `The query is not valid: ${message}`)
}
