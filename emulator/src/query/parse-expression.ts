import type { Node, Semantics } from 'ohm-js'
import { locationOf, normalizePath } from './field-names.ts'
import { RESERVED_WORDS } from './grammar.ts'
import { type ArithmeticStep, type Comparison, type Expression, type Path, type TextTest, TEXT_TESTS } from './query.ts'
import { QuerySyntaxError } from './query-syntax-error.ts'

export function expressionOf(node: Node): Expression {
  return node['expression']() as Expression
}

/** The location of a property in its document. */
export function pathOf(node: Node): Path {
  return locationOf(queryPathOf(node))
}

/** The path of a property in the query, in the spelling of the documents. */
export function queryPathOf(node: Node): Path {
  return node['path']() as Path
}

export function itemsOf(list: Node): Node[] {
  return list.asIteration().children
}

/** Adds the conversions of parsed expressions. `parse-query.ts` adds those of the statement. */
export function addExpressions(semantics: Semantics): void {
  semantics.addOperation<Expression>('expression', {
    Where: (_where, condition) => expressionOf(condition),
    Condition: (condition, _end) => expressionOf(condition),
    Or: (first, _or, rest) => joined('or', first, rest),
    And: (first, _and, rest) => joined('and', first, rest),
    Not_not: (_not, term) => ({ type: 'not', term: expressionOf(term) }),
    Comparison_in: (value, _in, list) => membership('in', value, list),
    Comparison_nin: (value, _nin, list) => membership('nin', value, list),
    Comparison_compare: (left, operator, right) => ({
      type: 'compare',
      operator: (operator.sourceString === '<>' ? '!=' : operator.sourceString) as Comparison,
      left: expressionOf(left),
      right: expressionOf(right),
    }),
    Sum: (first, operators, rest) => chain(first, operators, rest),
    Product: (first, operators, rest) => chain(first, operators, rest),
    Signed_negative: (_minus, term) => ({ type: 'negative', term: expressionOf(term) }),
    Primary_group: (_open, condition, _close) => expressionOf(condition),
    Primary_path: (path) => ({ type: 'path', path: pathOf(path) }),
    Primary_call: (name, _open, parameters, _close) => call(name, itemsOf(parameters)),
    number: (digits) => ({ type: 'literal', value: Number(digits.sourceString) }),
    text: (text) => ({ type: 'literal', value: text['key']() as string }),
    constant: (word) => ({ type: 'literal', value: CONSTANTS[word.sourceString.toLowerCase()] }),
  })

  semantics.addOperation<Path>('path', {
    Path: (first, rest) =>
      normalizePath(withoutCollection([first, ...rest.children].map((step) => step['key']() as string))),
  })

  /** The text of a name, a key in brackets, or a quoted text. */
  semantics.addOperation<string>('key', {
    PathStep_dot: (_dot, key) => key['key']() as string,
    PathStep_text: (_open, text, _close) => text['key']() as string,
    brackets: (_open, characters, _close) => characters.sourceString,
    anyName(first, rest) {
      const word = first.sourceString + rest.sourceString
      if (!RESERVED_WORDS.has(word.toLowerCase())) return word
      throw syntaxError(first, `${word} is a reserved word; write [[${word}]] for the name`)
    },
    text_single: (_open, parts, _close) => textOf(parts),
    text_double: (_open, parts, _close) => textOf(parts),
    singlePart_doubled: (_quotes) => "'",
    singlePart_plain: (character) => character.sourceString,
    doublePart_doubled: (_quotes) => '"',
    doublePart_plain: (character) => character.sourceString,
    escape_sign: (_backslash, sign) => sign.sourceString,
    escape_code: (_backslash, code) => String.fromCharCode(Number.parseInt(code.sourceString, 16)),
  })
}

const CONSTANTS: Record<string, boolean | null | undefined> = { true: true, false: false, null: null }

/**
 * Removes the collection from a path: `devices.jobs.status` is the `status` of a document in
 * `devices.jobs`. No document has a key `devices` at its root.
 */
function withoutCollection(path: Path): Path {
  const [first, second] = path.map((key) => key.toLowerCase())
  const length = first !== 'devices' ? 0 : second === 'jobs' || second === 'modules' ? 2 : 1
  return path.length > length ? path.slice(length) : path
}

function textOf(parts: Node): string {
  return parts.children.map((part) => part['key']() as string).join('')
}

function joined(type: 'and' | 'or', first: Node, rest: Node): Expression {
  const terms = [first, ...rest.children].map(expressionOf)
  return terms.length === 1 ? (terms[0] as Expression) : { type, terms }
}

function chain(first: Node, operators: Node, operands: Node): Expression {
  const rest = operands.children.map((operand, at) => ({
    operator: operators.children[at]?.sourceString as ArithmeticStep['operator'],
    operand: expressionOf(operand),
  }))
  return rest.length === 0 ? expressionOf(first) : { type: 'arithmetic', first: expressionOf(first), rest }
}

function membership(type: 'in' | 'nin', value: Node, list: Node): Expression {
  const items = list.children[1] === undefined ? [] : itemsOf(list.children[1])
  return { type, value: expressionOf(value), list: items.map(expressionOf) }
}

/**
 * Converts a function call. Queries over twins and jobs have STARTSWITH and ENDSWITH
 * (azure-docs#85381, azure-docs#110329). Only message routes have STARTS_WITH, ENDS_WITH, and other
 * functions.
 */
function call(name: Node, parameters: readonly Node[]): Expression {
  const given = name.sourceString.toLowerCase()
  if (given === 'is_defined') return isDefined(name, parameters.map(expressionOf))
  const test = TEXT_TESTS.find((each) => each === given)
  if (test !== undefined) return textTest(name, test, parameters.map(expressionOf))
  const known = ['is_defined', ...TEXT_TESTS].join(', ')
  throw syntaxError(name, `there is no function ${name.sourceString}. A query over twins and jobs has ${known}`)
}

function isDefined(name: Node, parameters: readonly Expression[]): Expression {
  const [parameter] = parameters
  if (parameters.length !== 1 || parameter?.type !== 'path') throw syntaxError(name, 'is_defined takes one property')
  return { type: 'defined', path: parameter.path }
}

function textTest(name: Node, test: TextTest, parameters: readonly Expression[]): Expression {
  const [text, part] = parameters
  if (text === undefined || part === undefined || parameters.length > 2) {
    throw syntaxError(name, `${test} takes two strings: the string to search, and the part to find`)
  }
  return { type: test, text, part }
}

/** The refusal of a query with the location of the problem: `Line 1, col 15: …`. */
export function syntaxError({ source }: Node, message: string): QuerySyntaxError {
  const { lineNum, colNum } = source.getLineAndColumn()
  return new QuerySyntaxError(`Line ${lineNum}, col ${colNum}: ${message}`, source.startIdx)
}
