import type { JsonObject } from '../formats/json.ts'
import { isObject, property } from '../formats/json.ts'
import type { ArithmeticStep, Comparison, Expression, Path, TextTest, Value } from './query.ts'

/**
 * Whether a document meets a condition. Only `true` does: a condition about what does not exist, or about values that can't be compared, is
 * undefined, and so is its opposite.
 */
export function matches(condition: Expression | undefined, document: JsonObject): boolean {
  return condition === undefined || evaluate(condition, document) === true
}

/** The value at a path: own properties only, so that `__proto__` and `constructor` are keys like any other. */
export function valueAt(path: Path, document: JsonObject): Value {
  let value: Value = document
  for (const key of path) value = isObject(value) ? property(value, key) : undefined
  return value
}

function evaluate(expression: Expression, document: JsonObject): Value {
  switch (expression.type) {
    case 'literal':
      return expression.value
    case 'path':
      return valueAt(expression.path, document)
    case 'defined':
      return valueAt(expression.path, document) !== undefined
    case 'and':
      return decided(expression.terms, document, false)
    case 'or':
      return decided(expression.terms, document, true)
    case 'not':
      return negated(evaluate(expression.term, document))
    case 'in':
      return isIn(expression, document)
    case 'nin':
      return negated(isIn(expression, document))
    case 'compare':
      return compare(expression.operator, evaluate(expression.left, document), evaluate(expression.right, document))
    case 'startswith':
    case 'endswith':
      return testText(expression.type, evaluate(expression.text, document), evaluate(expression.part, document))
    case 'negative': {
      const value = evaluate(expression.term, document)
      return typeof value === 'number' ? -value : undefined
    }
    case 'arithmetic': {
      let value = evaluate(expression.first, document)
      for (const { operator, operand } of expression.rest)
        value = calculate(operator, value, evaluate(operand, document))
      return value
    }
  }
}

/** One false decides an AND, one true an OR; otherwise one undefined makes the whole undefined. */
function decided(terms: readonly Expression[], document: JsonObject, deciding: boolean): Value {
  let isKnown = true
  for (const term of terms) {
    const value = evaluate(term, document)
    if (value === deciding) return deciding
    if (typeof value !== 'boolean') isKnown = false
  }
  return isKnown ? !deciding : undefined
}

function negated(value: Value): Value {
  return typeof value === 'boolean' ? !value : undefined
}

function isIn({ value, list }: Extract<Expression, { list: unknown }>, document: JsonObject): Value {
  const wanted = evaluate(value, document)
  return isPrimitive(wanted) ? list.some((item) => evaluate(item, document) === wanted) : undefined
}

/** Comparisons are between primitives of one type (docs/protocol/protocol.md §6.5). */
function compare(operator: Comparison, left: Value, right: Value): Value {
  if (!isPrimitive(left) || !isPrimitive(right) || typeof left !== typeof right) return undefined
  if (operator === '=') return left === right
  if (operator === '!=') return left !== right
  // null has no order, and is an object to typeof; both are of one type, so looking at one is enough.
  if (left === null || right === null) return undefined
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  if (operator === '>') return left > right
  return left >= right
}

/** Undefined unless both are texts, as every other comparison between types. */
function testText(test: TextTest, text: Value, part: Value): Value {
  if (typeof text !== 'string' || typeof part !== 'string') return undefined
  return test === 'startswith' ? text.startsWith(part) : text.endsWith(part)
}

function calculate(operator: ArithmeticStep['operator'], left: Value, right: Value): Value {
  if (typeof left !== 'number' || typeof right !== 'number') return undefined
  const result = calculations[operator](left, right)
  return Number.isFinite(result) ? result : undefined
}

const calculations: Record<ArithmeticStep['operator'], (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
}

function isPrimitive(value: Value): value is string | number | boolean | null {
  return value === null || (value !== undefined && typeof value !== 'object')
}
