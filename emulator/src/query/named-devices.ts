import type { Expression, Value } from './query.ts'

/**
 * The ids outside of which no device can meet a condition, or undefined where any may: `deviceId = 'a'`, `deviceId IN ['a', 'b']`, and what
 * AND and OR make of these.
 */
export function namedDevices(condition: Expression | undefined): ReadonlySet<string> | undefined {
  switch (condition?.type) {
    case 'compare': {
      if (condition.operator !== '=') return undefined
      const { left, right } = condition
      return isDeviceId(left) ? idsOf([right]) : isDeviceId(right) ? idsOf([left]) : undefined
    }
    case 'in':
      return isDeviceId(condition.value) ? idsOf(condition.list) : undefined
    case 'and':
      // Any term that names devices will do: the others are looked at with each of them.
      return firstOf(condition.terms.map(namedDevices))
    case 'or': {
      const named = condition.terms.map(namedDevices)
      return named.includes(undefined) ? undefined : new Set(named.flatMap((ids) => [...(ids ?? [])]))
    }
    default:
      return undefined
  }
}

function isDeviceId(expression: Expression): boolean {
  return expression.type === 'path' && expression.path.length === 1 && expression.path[0] === 'deviceId'
}

/** Of literals alone; one that is no text is nobody's id. */
function idsOf(expressions: readonly Expression[]): ReadonlySet<string> | undefined {
  const values: Value[] = []
  for (const each of expressions) {
    if (each.type !== 'literal') return undefined
    values.push(each.value)
  }
  return new Set(values.filter((value) => typeof value === 'string'))
}

function firstOf<T>(values: readonly (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined)
}
