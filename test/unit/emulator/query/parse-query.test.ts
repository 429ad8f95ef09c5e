import { describe, expect, test } from 'vitest'
import { RESERVED_WORDS } from '../../../../emulator/src/query/grammar.ts'
import { parseCondition, parseQuery } from '../../../../emulator/src/query/parse-query.ts'
import { refusalOf } from '../../../support/refusal.ts'

const EMPTY = { from: 'devices', columns: undefined, top: undefined, where: undefined, groupBy: [], orderBy: [] }
const path = (...keys: string[]): object => ({ type: 'path', path: keys })
const literal = (value: unknown): object => ({ type: 'literal', value })

describe('parseQuery()', () => {
  test.each([
    ['SELECT * FROM devices', {}],
    ['SELECT TOP 20 * FROM devices', { top: 20 }],
    ['select * from devices . MODULES', { from: 'devices.modules' }],
    ['SELECT * FROM devices.jobs', { from: 'devices.jobs' }],
    [
      'SELECT * FROM devices ORDER BY tags.a, tags.b DESC, etag asc',
      {
        orderBy: [
          { path: ['tags', 'a'], descending: false },
          { path: ['tags', 'b'], descending: true },
          { path: ['etag'], descending: false },
        ],
      },
    ],
    [
      'SELECT COUNT(), count(*) AS n, Avg(tags.a), tags.b, DEVICEID AS d, statusUpdatedTime FROM devices GROUP BY tags.b, deviceId, statusUpdatedTime',
      {
        columns: [
          { name: '$1', value: { type: 'count' } },
          { name: 'n', value: { type: 'count' } },
          { name: '$3', value: { type: 'aggregate', name: 'avg', path: ['tags', 'a'] } },
          { name: 'b', value: path('tags', 'b') },
          { name: 'd', value: path('deviceId') },
          { name: 'statusUpdatedTime', value: path('statusUpdateTime') },
        ],
        groupBy: [['tags', 'b'], ['deviceId'], ['statusUpdateTime']],
      },
    ],
  ])('reads %s', (text, expected) => {
    expect(parseQuery(text)).toStrictEqual({ ...EMPTY, ...expected })
  })

  test('accepts the largest number of columns, groups, and orders', () => {
    const names = Array.from({ length: 10 }, (_, at) => `tags.a${at}`).join(', ')
    const columns = Array.from({ length: 100 }, (_, at) => `tags.a${at}`).join(', ')
    expect(parseQuery(`SELECT ${columns} FROM devices ORDER BY ${names}`).columns).toHaveLength(100)
    expect(parseQuery(`SELECT count() FROM devices GROUP BY ${names}`).groupBy).toHaveLength(10)
  })

  const jobs = 'a query over devices.jobs must have SELECT *, without projection, aggregate, or GROUP BY'
  const functions = 'A query over twins and jobs has is_defined, startswith, endswith'

  test.each([
    [
      'SELECT * FROM tables',
      'Line 1, col 15: there is no collection tables. The collections are devices, devices.modules, devices.jobs',
    ],
    [
      'SELECT median(tags.a) FROM devices',
      'Line 1, col 8: there is no function median. SELECT has count, avg, sum, min, max',
    ],
    ['SELECT count(tags.a) FROM devices', 'Line 1, col 8: count takes no property'],
    ['SELECT SUM() FROM devices', 'Line 1, col 8: sum takes one property'],
    ['SELECT sum(*) FROM devices', 'Line 1, col 8: sum takes one property'],
    ['SELECT min(tags.a, tags.b) FROM devices', 'Line 1, col 8: min takes one property'],
    [
      'SELECT * FROM devices\nWHERE Starts_With(deviceId, "a")',
      `Line 2, col 7: there is no function Starts_With. ${functions}`,
    ],
    ['SELECT * FROM devices WHERE is_defined()', 'Line 1, col 29: is_defined takes one property'],
    ['SELECT * FROM devices WHERE is_defined(1)', 'Line 1, col 29: is_defined takes one property'],
    ['SELECT * FROM devices WHERE is_defined(etag, etag)', 'Line 1, col 29: is_defined takes one property'],
    ...['', 'etag', 'etag, etag, etag'].map((parameters) => [
      `SELECT * FROM devices WHERE startswith(${parameters})`,
      'Line 1, col 29: startswith takes two strings: the string to search, and the part to find',
    ]),
    ['SELECT * FROM devices GROUP BY tags.a', 'SELECT * cannot have GROUP BY'],
    ['SELECT * FROM devices.jobs GROUP BY status', jobs],
    ['SELECT status FROM devices.jobs', jobs],
    ['SELECT count() FROM devices.jobs', jobs],
    ['SELECT tags.b, count() FROM devices GROUP BY tags.a', 'b is neither an aggregate nor in GROUP BY'],
    ['SELECT tags.a FROM devices GROUP BY tags.a.b', 'a is neither an aggregate nor in GROUP BY'],
    ['SELECT tags.a.b FROM devices GROUP BY tags.a', 'b is neither an aggregate nor in GROUP BY'],
    ['SELECT count() AS n FROM devices ORDER BY tags.a', 'ORDER BY tags.a is not a column of the groups'],
    ['SELECT count() AS n FROM devices ORDER BY n.x', 'ORDER BY n.x is not a column of the groups'],
    ['SELECT tags.a, etag AS a FROM devices', 'two columns have the name a; AS sets another name'],
    [`SELECT ${'etag, '.repeat(100)}etag FROM devices`, 'SELECT names 101 properties; at most 100 are allowed'],
    [
      `SELECT count() FROM devices GROUP BY ${'etag, '.repeat(10)}etag`,
      'GROUP BY names 11 properties; at most 10 are allowed',
    ],
    [
      `SELECT * FROM devices ORDER BY ${'etag, '.repeat(10)}etag`,
      'ORDER BY names 11 properties; at most 10 are allowed',
    ],
  ] as [string, string][])('names the problem of the query %#', (text, message) => {
    expect(refusalOf(() => parseQuery(text))).toBe(`ArgumentInvalid: The query is not valid: ${message}`)
  })

  test.each(['select top from where by asc desc and or not in nin as true false null group order'.split(' ')].flat())(
    'needs brackets for a key %s',
    (word) => {
      expect(refusalOf(() => parseQuery(`SELECT * FROM devices WHERE tags.${word} = 1`))).toBe(
        `ArgumentInvalid: The query is not valid: Line 1, col 34: ${word} is a reserved word; write [[${word}]] for the name`,
      )
      expect(parseCondition(`tags.[[${word}]]`)).toStrictEqual(path('tags', word))
    },
  )

  test('reserves 18 words', () => {
    expect(RESERVED_WORDS.size).toBe(18)
  })
})

describe('parseCondition()', () => {
  const left = path('tags', 'a')

  test.each([
    ['true', literal(true)],
    ['FALSE', literal(false)],
    ['Null', literal(null)],
    ['undefined', literal(undefined)],
    ['1.5e-1', literal(0.15)],
    ['0xFf', literal(255)],
    [`'a''b\\'\\\\\\u0041'`, literal(`a'b'\\A`)],
    [`"a""b\\""`, literal(`a"b"`)],
    ['devices', path('devices')],
    ['devices.jobs', path('devices', 'jobs')],
    ['Devices.Jobs.Status', path('status')],
    ['devices.modules.moduleId', path('moduleId')],
    ['devices.tags.a', path('tags', 'a')],
    ['devices.other', path('other')],
    ['tags.devices.jobs', path('tags', 'devices', 'jobs')],
    [`tags['a b'].[[c d]]`, path('tags', 'a b', 'c d')],
    ['tags.a <> 1', { type: 'compare', operator: '!=', left, right: literal(1) }],
    ['tags.a >= 1', { type: 'compare', operator: '>=', left, right: literal(1) }],
    ['tags.a IN []', { type: 'in', value: left, list: [] }],
    ['tags.a NIN [1, 2]', { type: 'nin', value: left, list: [literal(1), literal(2)] }],
    ['NOT tags.a', { type: 'not', term: left }],
    ['- tags.a', { type: 'negative', term: left }],
    ['tags.a OR tags.a', { type: 'or', terms: [left, left] }],
    ['tags.a AND (tags.a)', { type: 'and', terms: [left, left] }],
    [
      '1 + 2 - tags.a',
      {
        type: 'arithmetic',
        first: literal(1),
        rest: [
          { operator: '+', operand: literal(2) },
          { operator: '-', operand: left },
        ],
      },
    ],
    ['Is_Defined(tags.a)', { type: 'defined', path: ['tags', 'a'] }],
    [`EndsWith(tags.a, 'x')`, { type: 'endswith', text: left, part: literal('x') }],
  ])('reads %s', (text, expression) => {
    expect(parseCondition(text)).toStrictEqual(expression)
  })
})
