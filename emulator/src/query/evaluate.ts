import { type JsonObject, isObject, property } from '../formats/json.ts'
import type { ArithmeticStep, Comparison, Expression, Path, TextTest, Value } from './query.ts'

/**
 * Whether a document meets a condition: only if the result is `true`. A condition about a missing
 * or incomparable value is undefined, and so is its negation.
 */
export function matches(condition: Expression | undefined, document: JsonObject): boolean {
  return condition === undefined || evaluate(condition, document) === true
}

/** The value at a path of own properties. So `__proto__` and `constructor` are ordinary keys. */
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
      return evaluateTerms(expression.terms, document, false)
    case 'or':
      return evaluateTerms(expression.terms, document, true)
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

/**
 * A single false decides an AND, and a single true an OR. Otherwise, an undefined term makes the
 * result undefined.
 */
function evaluateTerms(terms: readonly Expression[], document: JsonObject, deciding: boolean): Value {
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
  const searched = evaluate(value, document)
  return isPrimitive(searched) ? list.some((item) => evaluate(item, document) === searched) : undefined
}

/** Compares primitives of the same type (docs/protocol/protocol.md §6.5). */
function compare(operator: Comparison, left: Value, right: Value): Value {
  if (!isPrimitive(left) || !isPrimitive(right) || typeof left !== typeof right) return undefined
  if (operator === '=') return left === right
  if (operator === '!=') return left !== right
  // `typeof null` is 'object', and null has no order.
  if (left === null || right === null) return undefined
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  if (operator === '>') return left > right
  return left >= right
}

/** Undefined unless both are strings, like every comparison between types. */
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
