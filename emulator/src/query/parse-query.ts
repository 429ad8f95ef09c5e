import type { Node, Semantics } from 'ohm-js'
import { Refusal } from '../rules/refusal.ts'
import { queryGrammar } from './grammar.ts'
import type { Condition, Operand, Operator, Query } from './query.ts'

/** A longer query makes the real hub answer PreconditionFailed (protocol sheet 6.3). */
const maxQueryBytes = 8192

/** Deeper nesting than any person writes; it keeps the parser's recursion in bounds. */
const maxDepth = 100

/** @throws Refusal ArgumentInvalid with line and column of the fault */
export function parseQuery(text: string): Query {
  if (Buffer.byteLength(text) > maxQueryBytes) {
    throw new Refusal('PreconditionFailed', `The query must not exceed ${maxQueryBytes} bytes`)
  }
  if ((text.match(/\(|\bnot\b/gi) ?? []).length > maxDepth) {
    throw new Refusal('ArgumentInvalid', `The query must not have more than ${maxDepth} parentheses and NOTs`)
  }
  const match = queryGrammar.match(text)
  if (match.failed()) throw new Refusal('ArgumentInvalid', `The query is not valid: ${match.shortMessage ?? ''}`)
  return semantics(match)['query']() as Query
}

const semantics: Semantics = queryGrammar.createSemantics()

semantics.addOperation<Query>('query', {
  Query(_select, _all, _from, source, where, _end): Query {
    const from = source.sourceString.toLowerCase().includes('modules') ? 'devices.modules' : 'devices'
    const condition = where.children[0]?.['condition']() as Condition | undefined
    return condition === undefined ? { from } : { from, where: condition }
  },
})

semantics.addOperation<Condition>('condition', {
  Where: (_where, condition) => condition['condition']() as Condition,
  Or: (first, _or, rest) => joined('or', first, rest),
  And: (first, _and, rest) => joined('and', first, rest),
  Not_not: (_not, term) => ({ type: 'not', term: term['condition']() as Condition }),
  Primary_group: (_open, condition, _close) => condition['condition']() as Condition,
  Primary_defined: (_name, _open, path, _close) => ({ type: 'defined', path: path['path']() as string[] }),
  Primary_in: (operand, _in, list) => membership('in', operand, list),
  Primary_nin: (operand, _nin, list) => membership('nin', operand, list),
  Primary_compare: (left, operator, right) => ({
    type: 'compare',
    operator: (operator.sourceString === '<>' ? '!=' : operator.sourceString) as Operator,
    left: left['operand']() as Operand,
    right: right['operand']() as Operand,
  }),
  Primary_alone: (operand) => ({ type: 'value', operand: operand['operand']() as Operand }),
})

semantics.addOperation<Operand>('operand', {
  Path: (first, rest) => ({ type: 'path', path: steps(first, rest) }),
  number: (numeral) => ({ type: 'literal', value: Number(numeral.sourceString) }),
  text_single: (_open, characters, _close) => ({
    type: 'literal',
    value: characters.sourceString.replaceAll("''", "'"),
  }),
  text_double: (_open, characters, _close) => ({
    type: 'literal',
    value: characters.sourceString.replaceAll('""', '"'),
  }),
  keyword: (word) => ({ type: 'literal', value: JSON.parse(word.sourceString.toLowerCase()) as boolean | null }),
})

semantics.addOperation<string[]>('path', { Path: (first, rest) => steps(first, rest) })

semantics.addOperation<string>('step', {
  PathStep_dot: (_dot, name) => name.sourceString,
  PathStep_bracket: (_open, text, _close) => (text['operand']() as { value: string }).value,
})

function joined(type: 'and' | 'or', first: Node, rest: Node): Condition {
  const terms = [first, ...rest.children].map((term) => term['condition']() as Condition)
  return terms.length === 1 ? (terms[0] as Condition) : { type, terms }
}

function membership(type: 'in' | 'nin', operand: Node, list: Node): Condition {
  const items = list.children[1]?.asIteration().children ?? []
  return {
    type,
    operand: operand['operand']() as Operand,
    list: items.map((item) => item['operand']() as Operand),
  }
}

function steps(first: Node, rest: Node): string[] {
  return [first.sourceString, ...rest.children.map((step) => step['step']() as string)]
}
