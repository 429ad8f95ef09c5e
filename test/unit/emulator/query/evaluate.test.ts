import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import { matches, valueAt } from '../../../../emulator/src/query/evaluate.ts'
import type { Comparison, Expression, Value } from '../../../../emulator/src/query/query.ts'

const literal = (value: Value): Expression => ({ type: 'literal', value })

/** The result of a condition: true, false, or undefined, which its negation does not change. */
function result(condition: Expression, document: JsonObject = {}): boolean | undefined {
  if (matches(condition, document)) return true
  return matches({ type: 'not', term: condition }, document) ? false : undefined
}

/** The value of an expression. */
function valueOf(expression: Expression, candidates: readonly Value[]): Value {
  return candidates.find((value) => result({ type: 'compare', operator: '=', left: expression, right: literal(value) }))
}

test('no condition matches every document, and only true matches', () => {
  expect(matches(undefined, {})).toBe(true)
  const values = [true, false, null, 1, 'true', undefined]
  expect(values.map((value) => matches(literal(value), {}))).toEqual([true, false, false, false, false, false])
})

test('valueAt() finds own properties only', () => {
  const document = { a: { b: [1], c: null }, toString: 1 }
  const found = [[], ['a', 'b'], ['a', 'c'], ['a', 'c', 'd'], ['a', 'b', '0'], ['a', 'toString'], ['toString']]
  expect(found.map((path) => valueAt(path, document))).toStrictEqual([
    document,
    [1],
    null,
    undefined,
    undefined,
    undefined,
    1,
  ])
})

describe('a comparison', () => {
  const compare = (left: Value, operator: Comparison, right: Value): unknown =>
    result({ type: 'compare', operator, left: literal(left), right: literal(right) })
  const operators = ['=', '!=', '<', '<=', '>', '>='] as const

  test.each<[Value, Value, string]>([
    [1, 2, 'false true true true false false'],
    [2, 1, 'false true false false true true'],
    [1, 1, 'true false false true false true'],
    ['a', 'b', 'false true true true false false'],
    ['b', 'a', 'false true false false true true'],
    ['a', 'a', 'true false false true false true'],
    [false, true, 'false true true true false false'],
    [true, true, 'true false false true false true'],
    [null, null, 'true false undefined undefined undefined undefined'],
  ])('of %j with %j has a result', (left, right, results) => {
    expect(operators.map((operator) => String(compare(left, operator, right))).join(' ')).toBe(results)
  })

  test.each<[Value, Value]>([
    [1, '1'],
    ['1', 1],
    [0, false],
    [null, 0],
    [0, null],
    [undefined, undefined],
    [undefined, 1],
    [1, undefined],
    [null, undefined],
    [{}, {}],
    [{}, null],
    [null, {}],
    [[], []],
  ])('of %j with %j is undefined', (left, right) => {
    for (const operator of operators) expect(compare(left, operator, right)).toBeUndefined()
  })
})

describe('AND and OR', () => {
  const joined = (type: 'and' | 'or', ...values: Value[]): unknown => result({ type, terms: values.map(literal) })

  test.each([
    [true, true, true, true],
    [true, false, false, true],
    [false, true, false, true],
    [false, false, false, false],
    [true, undefined, undefined, true],
    [undefined, true, undefined, true],
    [false, undefined, false, undefined],
    [undefined, false, false, undefined],
    [undefined, undefined, undefined, undefined],
    [1, true, undefined, true],
    ['', false, false, undefined],
  ])('of %s and %s are %s and %s', (one, other, and, or) => {
    expect([joined('and', one, other), joined('or', one, other)]).toEqual([and, or])
  })
})

test('NOT negates true and false only', () => {
  const negated = [true, false, undefined, null, 1].map((value) => result({ type: 'not', term: literal(value) }))
  expect(negated).toEqual([false, true, undefined, undefined, undefined])
})

test('IN and NIN compare by identity, and are undefined for a value that is not primitive', () => {
  const isIn = (type: 'in' | 'nin', value: Value): unknown =>
    result({ type, value: literal(value), list: [literal(1), literal('a'), literal(null)] })
  const values = [1, 'a', null, 2, '1', false, undefined, {}]
  expect(values.map((value) => isIn('in', value))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    undefined,
    undefined,
  ])
  expect(values.map((value) => isIn('nin', value))).toEqual([
    false,
    false,
    false,
    true,
    true,
    true,
    undefined,
    undefined,
  ])
})

test('IS_DEFINED is true for any value, and false for none', () => {
  const document = { a: null, b: { c: 1 } }
  const defined = [['a'], ['b', 'c'], ['d'], ['toString']].map((path) => result({ type: 'defined', path }, document))
  expect(defined).toEqual([true, true, false, false])
})

test('STARTSWITH and ENDSWITH need two texts', () => {
  const both = (text: Value, part: Value): unknown[] =>
    (['startswith', 'endswith'] as const).map((type) => result({ type, text: literal(text), part: literal(part) }))
  expect(both('abc', 'ab')).toEqual([true, false])
  expect(both('abc', 'bc')).toEqual([false, true])
  expect(both('abc', '')).toEqual([true, true])
  for (const [text, part] of [
    [1, '1'],
    ['1', 1],
    ['null', null],
    [undefined, 'a'],
    ['undefined', undefined],
  ] as const) {
    expect(both(text, part)).toEqual([undefined, undefined])
  }
})

describe('arithmetic', () => {
  const calculated = (first: Value, operator: '+' | '-' | '*' | '/' | '%', operand: Value): Value =>
    valueOf({ type: 'arithmetic', first: literal(first), rest: [{ operator, operand: literal(operand) }] }, [
      ...[-1, 1, 2, 3, 4, 5, 6, 7, 10, 12, '11', '1a', 'a1', 0],
    ])

  test('adds, subtracts, multiplies, divides, and finds the remainder', () => {
    expect(calculated(7, '+', 5)).toBe(12)
    expect(calculated(7, '-', 5)).toBe(2)
    expect(calculated(2, '*', 5)).toBe(10)
    expect(calculated(12, '/', 4)).toBe(3)
    expect(calculated(7, '%', 4)).toBe(3)
  })

  test('is undefined without two numbers, and for a division by zero', () => {
    expect([calculated('1', '+', 1), calculated(1, '+', '1'), calculated('1', '+', 'a')]).toEqual(
      Array(3).fill(undefined),
    )
    expect([calculated(null, '+', 1), calculated(1, '*', true), calculated(1, '/', 0)]).toEqual(
      Array(3).fill(undefined),
    )
  })

  test('goes from left to right', () => {
    const rest = [
      { operator: '-', operand: literal(4) },
      { operator: '-', operand: literal(3) },
    ] as const
    expect(valueOf({ type: 'arithmetic', first: literal(10), rest }, [3, 9])).toBe(3)
  })

  test('negates numbers only', () => {
    const negative = (value: Value): Value => valueOf({ type: 'negative', term: literal(value) }, [-1, 0, 1])
    expect([negative(1), negative('1'), negative(true), negative(null)]).toEqual([-1, undefined, undefined, undefined])
  })
})
