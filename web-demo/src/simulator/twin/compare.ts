import type { JsonObject, JsonValue } from 'hubtwin/light'
import { isObject, own, textOf } from '../../shared/json-text.ts'
import { type Acknowledgement, readAcknowledgement, reportedValue } from './acknowledgement.ts'

/** A property of either section: both columns show all of them, in one order, so that the eye can go across. */
export interface Row {
  /** Keys joined by dots, as the hub allows no dot in a key. */
  readonly path: string
  readonly key: string
  readonly depth: number
  readonly desired: Cell
  /** Without the acknowledgement, where the value stands in one. */
  readonly reported: Cell
  readonly relation: Relation
  /** For a relation of two numbers: how much desired is above reported. */
  readonly delta?: number
  readonly acknowledgement?: Acknowledgement
}

/** The text of a value, `branch` where the rows below hold it, `undefined` where there is none. */
export type Cell = string | typeof branch | undefined
export const branch: unique symbol = Symbol('branch')

export type Relation = 'equal' | 'different' | 'missing' | 'extra' | 'branch'

const { compare } = new Intl.Collator('en', { numeric: true })

export function compareTwin(desired: JsonObject, reported: JsonObject): Row[] {
  return compareObjects(desired, reported, '', 0)
}

function compareObjects(desired: JsonObject, reported: JsonObject, prefix: string, depth: number): Row[] {
  const keys = [...new Set([...Object.keys(desired), ...Object.keys(reported)])].sort(compareKeys)
  return keys.flatMap((key) => {
    const [wanted, told] = [own(desired, key), own(reported, key)]
    const [has, acknowledgement] = [reportedValue(told), readAcknowledgement(told)]
    const path = prefix === '' ? key : `${prefix}.${key}`
    const row: Row = {
      ...{ path, key, depth, desired: cellOf(wanted), reported: cellOf(has), ...relate(wanted, has) },
      ...(acknowledgement !== undefined && { acknowledgement }),
    }
    if (row.desired !== branch && row.reported !== branch) return [row]
    return [row, ...compareObjects(objectOr(wanted), objectOr(has), path, depth + 1)]
  })
}

function relate(wanted: JsonValue | undefined, has: JsonValue | undefined): { relation: Relation; delta?: number } {
  if (wanted === undefined) return { relation: 'extra' }
  if (has === undefined) return { relation: 'missing' }
  if (cellOf(wanted) === branch && isObject(has)) return { relation: 'branch' }
  if (cellOf(has) === branch && isObject(wanted)) return { relation: 'branch' }
  if (textOf(wanted) === textOf(has)) return { relation: 'equal' }
  if (typeof wanted === 'number' && typeof has === 'number') return { relation: 'different', delta: wanted - has }
  return { relation: 'different' }
}

function cellOf(value: JsonValue | undefined): Cell {
  if (value === undefined) return undefined
  return isObject(value) && Object.keys(value).length > 0 ? branch : textOf(value)
}

function objectOr(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function compareKeys(a: string, b: string): number {
  return compare(a, b) || (a < b ? -1 : 1)
}

/** The order of `compareTwin`, for rows that are kept a while after their property has gone. */
export function compareRows(a: Row, b: Row): number {
  const [left, right] = [a.path.split('.'), b.path.split('.')]
  const at = left.findIndex((key, index) => key !== right[index])
  if (at < 0) return left.length - right.length
  const other = right[at]
  return other === undefined ? 1 : compareKeys(left[at] as string, other)
}

/** How many values the device has yet to make its own. */
export function countDifferences(rows: readonly Row[]): number {
  return rows.filter(
    ({ relation, desired }) => (relation === 'missing' && desired !== branch) || relation === 'different',
  ).length
}
