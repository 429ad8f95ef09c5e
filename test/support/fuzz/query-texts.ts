import fc from 'fast-check'
import { mutated } from './mutations.ts'

const WORDS = [
  ...['SELECT', 'TOP', '*', 'FROM', 'WHERE', 'GROUP BY', 'ORDER BY', 'DESC', 'AS', 'AND', 'OR', 'NOT', 'IN', 'NIN'],
  ...['devices', 'devices.modules', 'devices.jobs', 'tags.a', 'tags.__proto__', 'constructor', '[[x y]]', '$version'],
  ...[
    'count()',
    'sum(tags.a)',
    'is_defined(tags.a)',
    'STARTSWITH(deviceId, ',
    'tags.group',
    '(',
    ')',
    '[',
    ']',
    ',',
    '.',
    '=',
    '!=',
    '<',
    '>=',
    '+',
    '-',
    '/',
  ],
  ...['1', '0x1f', '1e400', '2.5', 'null', 'true', 'undefined', "'text'", '"it\'s"', "'", '\\', '\u0000', '💡'],
]

/** Words in any order. */
const jumbled = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((tokens) => tokens.join(' '))

const path = fc.constantFrom(
  ...['deviceId', 'tags', 'tags.a', 'tags.a.a', 'tags.__proto__', 'tags.constructor', 'tags.tags', 'tags.[[x y]]'],
  ...["tags['x y'].a", 'properties.reported.a', 'status', '$version', 'constructor', '__proto__'],
)
const literal = fc.oneof(
  fc.constantFrom('1', '0', '2.5', '1e3', '0x1f', 'true', 'false', 'null', 'undefined', "'it''s'", '"a\\u0041"'),
  fc.string({ maxLength: 5 }).map((text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`),
)
const operand = fc.oneof(path, literal)
const sum = fc.oneof(
  { weight: 3, arbitrary: operand },
  fc
    .tuple(operand, fc.constantFrom('+', '-', '*', '/', '%'), operand)
    .map(([left, operator, right]) => `${left} ${operator} ${right}`),
)
const list = fc.array(sum, { maxLength: 4 }).map((items) => `[${items.join(', ')}]`)
const comparison = fc.oneof(
  fc
    .tuple(sum, fc.constantFrom('=', '!=', '<>', '<', '>', '<=', '>='), sum)
    .map(([left, operator, right]) => `${left} ${operator} ${right}`),
  fc.tuple(operand, fc.constantFrom('IN', 'nin'), list).map((parts) => parts.join(' ')),
  path.map((each) => `is_defined(${each})`),
  fc
    .tuple(fc.constantFrom('STARTSWITH', 'endswith'), sum, sum)
    .map(([name, text, part]) => `${name}(${text}, ${part})`),
)
const { or } = fc.letrec<{ or: string; term: string }>((tie) => ({
  or: fc
    .array(tie('term'), { minLength: 1, maxLength: 3 })
    .chain((terms) => fc.constantFrom(' AND ', ' or ').map((word) => terms.join(word))),
  term: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    tie('or').map((text) => `(${text})`),
    tie('or').map((text) => `NOT (${text})`),
  ),
}))

const where = fc.option(or, { nil: undefined }).map((text) => (text === undefined ? '' : ` WHERE ${text}`))
const top = fc
  .option(fc.integer({ min: 0, max: 10 }), { nil: undefined })
  .map((n) => (n === undefined ? '' : `TOP ${n} `))
const orderBy = fc
  .array(fc.tuple(path, fc.constantFrom('', ' ASC', ' DESC')), { maxLength: 3 })
  .map((orders) => (orders.length === 0 ? '' : ` ORDER BY ${orders.map((order) => order.join('')).join(', ')}`))
const collection = fc.constantFrom('devices', 'devices.modules', 'DEVICES')
const aggregate = fc.oneof(
  fc.constant('COUNT()'),
  fc.tuple(fc.constantFrom('avg', 'sum', 'MIN', 'max'), path).map(([name, of]) => `${name}(${of})`),
)

export interface GoodQuery {
  readonly text: string
  readonly isGrouped: boolean
}

/**
 * Queries that follow the grammar, so the hub accepts them all. Columns have names, because the hub
 * refuses two columns with the same name.
 */
export const goodQuery: fc.Arbitrary<GoodQuery> = fc.oneof(
  fc
    .tuple(top, fc.oneof(fc.constant('*'), named(path)), collection, where, orderBy)
    .map(([first, columns, from, condition, order]) => ({
      text: `SELECT ${first}${columns} FROM ${from}${condition}${order}`,
      isGrouped: false,
    })),
  fc
    .tuple(named(aggregate), fc.option(path, { nil: undefined }), collection, where)
    .map(([columns, group, from, condition]) => ({
      text: `SELECT ${group === undefined ? '' : `${group} AS g, `}${columns} FROM ${from}${condition}${group === undefined ? '' : ` GROUP BY ${group}`}`,
      isGrouped: true,
    })),
)

function named(column: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .array(column, { minLength: 1, maxLength: 3 })
    .map((columns) => columns.map((each, at) => `${each} AS c${at}`).join(', '))
}

function harmed(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return mutated(
    text.map((each) => Buffer.from(each)),
    4,
  ).map((bytes) => bytes.toString())
}

/** Whole queries: valid queries, mutated queries, words in any order, any text. */
export const query: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: harmed(goodQuery.map(({ text }) => text)) },
  { weight: 2, arbitrary: jumbled },
  jumbled.map((text) => `SELECT * FROM devices WHERE ${text}`),
  fc.string({ maxLength: 300 }),
)

/** The condition after WHERE. */
export const goodCondition: fc.Arbitrary<string> = or
export const condition: fc.Arbitrary<string> = fc.oneof(harmed(or), jumbled)
