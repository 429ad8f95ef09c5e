import type { Expression, Value } from './query.ts'

/**
 * The IDs of the only devices that may meet a condition, or undefined if any device may. It
 * understands `deviceId = 'a'`, `deviceId IN ['a', 'b']`, and combinations with AND and OR.
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
      // Any term that names devices is enough. The evaluation checks the other terms.
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

/** The IDs in a list of literals, or undefined for other expressions. Only a text can be an ID. */
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
