import type { JsonObject, JsonValue } from 'hubtwin/light'
import { isObject, ownValue, textOf } from '../../shared/json-value.ts'
import { type Acknowledgment, readAcknowledgment, reportedValue } from './acknowledgment.ts'

/** A property of either section. Both columns show every row at the same height. */
export interface Row {
  /** The keys, joined by dots. The hub allows no dot in a key. */
  readonly path: string
  readonly key: string
  readonly depth: number
  readonly desired: Cell
  /** The value itself, without the acknowledgment around it. */
  readonly reported: Cell
  readonly relation: Relation
  /** For two numbers: desired minus reported. */
  readonly delta?: number
  readonly acknowledgment?: Acknowledgment
}

/** The text of a value; `branch` for an object, whose rows follow; `undefined` for no value. */
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
    const [target, current] = [ownValue(desired, key), ownValue(reported, key)]
    const [value, acknowledgment] = [reportedValue(current), readAcknowledgment(current)]
    const path = prefix === '' ? key : `${prefix}.${key}`
    const row: Row = {
      ...{ path, key, depth, desired: cellOf(target), reported: cellOf(value), ...relate(target, value) },
      ...(acknowledgment !== undefined && { acknowledgment }),
    }
    if (row.desired !== branch && row.reported !== branch) return [row]
    return [row, ...compareObjects(objectOr(target), objectOr(value), path, depth + 1)]
  })
}

function relate(target: JsonValue | undefined, value: JsonValue | undefined): { relation: Relation; delta?: number } {
  if (target === undefined) return { relation: 'extra' }
  if (value === undefined) return { relation: 'missing' }
  const isBranch = cellOf(target) === branch || cellOf(value) === branch
  if (isBranch && isObject(target) && isObject(value)) return { relation: 'branch' }
  if (textOf(target) === textOf(value)) return { relation: 'equal' }
  const isNumeric = typeof target === 'number' && typeof value === 'number'
  return { relation: 'different', ...(isNumeric && { delta: target - value }) }
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

/** The order of `compareTwin`, for rows that stay on screen for a moment after a deletion. */
export function compareRows(a: Row, b: Row): number {
  const [left, right] = [a.path.split('.'), b.path.split('.')]
  const at = left.findIndex((key, index) => key !== right[index])
  if (at < 0) return left.length - right.length
  const other = right[at]
  return other === undefined ? 1 : compareKeys(left[at] as string, other)
}

/** Counts the desired values that the device has not reported yet. */
export function countDifferences(rows: readonly Row[]): number {
  return rows.filter(
    ({ relation, desired }) => (relation === 'missing' && desired !== branch) || relation === 'different',
  ).length
}
