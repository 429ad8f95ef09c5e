import type { Value } from './query.ts'

/**
 * Orders values of any type: missing values, null, booleans, numbers, texts by code unit, and then
 * objects and arrays, which have no order among themselves.
 */
export function compareValues(one: Value, other: Value): number {
  const difference = rank(one) - rank(other)
  if (difference !== 0 || !isOrdered(one) || !isOrdered(other)) return difference
  return one < other ? -1 : one > other ? 1 : 0
}

function isOrdered(value: Value): value is boolean | number | string {
  return typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string'
}

function rank(value: Value): number {
  if (value === undefined) return 0
  if (value === null) return 1
  if (typeof value === 'boolean') return 2
  if (typeof value === 'number') return 3
  return typeof value === 'string' ? 4 : 5
}
