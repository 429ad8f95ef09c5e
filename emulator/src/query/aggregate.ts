import type { JsonObject } from '../formats/json.ts'
import { valueAt } from './evaluate.ts'
import { compareValues } from './order.ts'
import type { Path, Projection, Value } from './query.ts'

export interface Aggregate {
  add(document: JsonObject): void
  /** Undefined without any value. Only a count is 0 then. */
  result(): Value
}

export function createAggregate(projection: Exclude<Projection, { type: 'path' }>): Aggregate {
  if (projection.type === 'count') return count()
  const { name, path } = projection
  if (name === 'min') return extreme(path, -1)
  return name === 'max' ? extreme(path, 1) : total(path, name === 'avg')
}

function count(): Aggregate {
  let counted = 0
  return { add: () => void (counted += 1), result: () => counted }
}

/** A sum or an average of numbers. The documents do not describe other values, so it skips them. */
function total(path: Path, isAverage: boolean): Aggregate {
  let sum = 0
  let counted = 0
  return {
    add(document) {
      const value = valueAt(path, document)
      if (typeof value !== 'number') return
      sum += value
      counted += 1
    },
    result: () => (counted === 0 ? undefined : isAverage ? sum / counted : sum),
  }
}

/** The minimum or maximum of all primitive values, by the order of ORDER BY. */
function extreme(path: Path, sign: 1 | -1): Aggregate {
  let found: Value
  return {
    add(document) {
      const value = valueAt(path, document)
      if (value === undefined || value === null || typeof value === 'object') return
      if (found === undefined || compareValues(value, found) * sign > 0) found = value
    },
    result: () => found,
  }
}
