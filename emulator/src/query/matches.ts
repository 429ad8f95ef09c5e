import type { Json, JsonObject } from '../rules/json.ts'
import { isObject, property } from '../rules/json.ts'
import type { Condition, Operand, Operator } from './query.ts'

/** What is neither true nor false: something about a property that is not there. */
type Truth = boolean | undefined

/** Whether a twin meets a condition. A condition about what does not exist holds no more than its opposite does. */
export function matches(condition: Condition | undefined, document: JsonObject): boolean {
  return condition === undefined || truth(condition, document) === true
}

function truth(condition: Condition, document: JsonObject): Truth {
  switch (condition.type) {
    case 'and': {
      const terms = condition.terms.map((term) => truth(term, document))
      return terms.includes(false) ? false : terms.includes(undefined) ? undefined : true
    }
    case 'or': {
      const terms = condition.terms.map((term) => truth(term, document))
      return terms.includes(true) ? true : terms.includes(undefined) ? undefined : false
    }
    case 'not':
      return negated(truth(condition.term, document))
    case 'defined':
      return resolve(condition.path, document) !== undefined
    case 'in':
      return isIn(condition.operand, condition.list, document)
    case 'nin':
      return negated(isIn(condition.operand, condition.list, document))
    case 'compare':
      return compare(condition.operator, valueOf(condition.left, document), valueOf(condition.right, document))
    case 'value': {
      const value = valueOf(condition.operand, document)
      return typeof value === 'boolean' ? value : undefined
    }
  }
}

function negated(value: Truth): Truth {
  return value === undefined ? undefined : !value
}

function isIn(operand: Operand, list: readonly Operand[], document: JsonObject): Truth {
  const value = valueOf(operand, document)
  if (!isPrimitive(value)) return undefined
  return list.some((item) => valueOf(item, document) === value)
}

/** Comparisons are between primitives of one type (protocol sheet 6.5). */
function compare(operator: Operator, left: Json | undefined, right: Json | undefined): Truth {
  if (!isPrimitive(left) || !isPrimitive(right) || typeof left !== typeof right) return undefined
  if (operator === '=') return left === right
  if (operator === '!=') return left !== right
  // null has no order; both are of one type, so looking at one is enough.
  if (left === null || right === null) return undefined
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  if (operator === '>') return left > right
  return left >= right
}

function isPrimitive(value: Json | undefined): value is string | number | boolean | null {
  return value === null || (value !== undefined && typeof value !== 'object')
}

function valueOf(operand: Operand, document: JsonObject): Json | undefined {
  return operand.type === 'literal' ? operand.value : resolve(operand.path, document)
}

function resolve(path: readonly string[], document: JsonObject): Json | undefined {
  let value: Json | undefined = document
  for (const key of path) value = isObject(value) ? property(value, key) : undefined
  return value
}
