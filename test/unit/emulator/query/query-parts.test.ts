import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import { createAggregate } from '../../../../emulator/src/query/aggregate.ts'
import { isGrouped, orderColumn } from '../../../../emulator/src/query/check-query.ts'
import { decodeContinuation, encodeContinuation } from '../../../../emulator/src/query/continuation.ts'
import { locationOf, normalizePath } from '../../../../emulator/src/query/field-names.ts'
import { compareValues } from '../../../../emulator/src/query/order.ts'
import { parseQuery } from '../../../../emulator/src/query/parse-query.ts'
import type { Column, Projection, Value } from '../../../../emulator/src/query/query.ts'
import { checkLength } from '../../../../emulator/src/query/query-length.ts'
import { allRows, isStreamed } from '../../../../emulator/src/query/rows.ts'
import { refusalOf } from '../../../support/refusal.ts'

describe('an aggregate', () => {
  const aggregated = (name: 'avg' | 'sum' | 'min' | 'max', ...values: Value[]): Value => {
    const aggregate = createAggregate({ type: 'aggregate', name, path: ['a', 'b'] })
    for (const value of values) aggregate.add({ a: value === undefined ? {} : { b: value } })
    return aggregate.result()
  }

  test('counts documents', () => {
    const count = createAggregate({ type: 'count' })
    expect(count.result()).toBe(0)
    for (const document of [{}, { a: 1 }]) count.add(document)
    expect(count.result()).toBe(2)
  })

  test('adds numbers, and skips other values', () => {
    const values = [1, '5', null, undefined, true, { c: 1 }, 4, 4]
    expect([aggregated('sum', ...values), aggregated('avg', ...values)]).toEqual([9, 3])
  })

  test.each<[Value[], Value, Value]>([
    [[3, 1, 2], 1, 3],
    [['b', 'a', 'c'], 'a', 'c'],
    [['a', 3, true], true, 'a'],
    [[null, undefined, {}, [], 2], 2, 2],
    [[false, true], false, true],
    [[1], 1, 1],
  ])('finds the extremes of %j', (values, min, max) => {
    expect([aggregated('min', ...values), aggregated('max', ...values)]).toEqual([min, max])
  })

  test('is undefined without a value', () => {
    const names = ['avg', 'sum', 'min', 'max'] as const
    expect(names.map((name) => aggregated(name, null, undefined, {}))).toEqual(Array(4).fill(undefined))
  })
})

test('compareValues() orders values of all types', () => {
  const ordered: Value[] = [undefined, null, false, true, -1, 0, 2, '', 'B', 'a', 'aa']
  for (const [at, one] of ordered.entries()) {
    for (const [to, other] of ordered.entries()) expect(Math.sign(compareValues(one, other))).toBe(Math.sign(at - to))
  }
  expect([compareValues('z', {}), compareValues([], 'z')].map(Math.sign)).toEqual([-1, 1])
  expect([compareValues({}, []), compareValues({ a: 1 }, { a: 2 }), compareValues([2], [1])]).toEqual([0, 0, 0])
})

describe('a continuation token', () => {
  const query = 'SELECT * FROM devices'
  const encoded = (parts: unknown): string => Buffer.from(JSON.stringify(parts)).toString('base64url')
  const [fingerprint] = JSON.parse(
    Buffer.from(encodeContinuation(query, { after: 'd' }), 'base64url').toString(),
  ) as string[]

  test.each([{ after: 'd' }, { after: 0 }, { after: 7, left: 0 }, { after: 'é~?>', left: 3 }])(
    'continues with %j',
    (continuation) => {
      const token = encodeContinuation(query, continuation)
      expect(token).toMatch(/^[\w-]+$/)
      expect(decodeContinuation(query, token)).toStrictEqual(continuation)
    },
  )

  test('has a short fingerprint of the query', () => {
    expect(fingerprint).toMatch(/^[\w-]{12}$/)
    expect(encoded([fingerprint, 'd'])).toBe(encodeContinuation(query, { after: 'd' }))
  })

  test.each<[string, string]>([
    ['', 'nothing'],
    ['!', 'no base64'],
    [Buffer.from('{').toString('base64url'), 'no JSON'],
    [encoded(null), 'null'],
    [encoded({ 0: fingerprint, 1: 'd' }), 'an object'],
    [encoded([`${fingerprint}x`, 'd']), 'another fingerprint'],
    [encodeContinuation('SELECT * FROM devices.modules', { after: 'd' }), 'another query'],
    [encoded([fingerprint]), 'no position'],
    [encoded([fingerprint, null]), 'null as its position'],
    [encoded([fingerprint, -1]), 'a negative position'],
    [encoded([fingerprint, 1.5]), 'a position with a fraction'],
    [encoded([fingerprint, 'd', 'x']), 'a text as its rest'],
    [encoded([fingerprint, 'd', -1]), 'a negative rest'],
    [encoded([fingerprint, 'd', null]), 'null as its rest'],
  ])('is not %s (%s)', (token) => {
    expect(refusalOf(() => decodeContinuation(query, token))).toBe(
      'ArgumentInvalid: The continuation token does not belong to this query',
    )
  })
})

describe('checkLength()', () => {
  const refusal = (text: string): string | undefined => refusalOf(() => checkLength(text))
  const tooDeep = 'ArgumentInvalid: The query must not nest more than 30 parentheses and NOTs'
  const many = '('.repeat(31)

  test('limits a query to 8192 bytes', () => {
    expect([refusal('x'.repeat(8192)), refusal('é'.repeat(4096))]).toEqual([undefined, undefined])
    for (const text of ['x'.repeat(8193), `${'é'.repeat(4096)}x`]) {
      expect(refusal(text)).toBe('PreconditionFailed: The query must not exceed 8192 bytes')
    }
  })

  test('limits nesting to 30 levels', () => {
    expect([refusal('('.repeat(30)), refusal('not '.repeat(30))]).toEqual([undefined, undefined])
    for (const text of [many, 'not '.repeat(31), 'NOT '.repeat(31), `${'('.repeat(15)}${'Not '.repeat(16)}`]) {
      expect(refusal(text)).toBe(tooDeep)
    }
  })

  test('counts closed parentheses no longer', () => {
    expect(refusal('()'.repeat(100))).toBeUndefined()
    expect(refusal(`${'('.repeat(30)})(`)).toBeUndefined()
    expect(refusal(`${'('.repeat(30)})((`)).toBe(tooDeep)
  })

  test.each([
    `'${many}'`,
    `"${many}"`,
    `[[${many}]]`,
    `'${String.raw`\'`}${many}'`,
    `"${String.raw`\"`}${many}"`,
    `'${String.raw`\\`}' "${many}"`,
    `"${String.raw`\\`}" '${many}'`,
    `[[${many}\n]]`,
    `'\n${many}' "\n${many}"`,
    'nothing '.repeat(40),
    'knot '.repeat(40),
    "'not' ".repeat(40),
  ])('counts nothing in %j', (text) => {
    expect(refusal(text)).toBeUndefined()
  })

  test('counts again after a quoted text or a key in brackets', () => {
    for (const text of ["'a'", '"a"', '[[a]]', `'${String.raw`\\`}'`, `"${String.raw`\\`}"`]) {
      expect(refusal(`${text}${many}${text}`)).toBe(tooDeep)
    }
  })
})

describe('field names', () => {
  test.each([
    'deviceId moduleId etag deviceEtag status statusReason statusUpdateTime statusUpdatedTime connectionState',
    'lastActivityTime cloudToDeviceMessageCount authenticationType x509Thumbprint modelId version tags properties',
    'configurations capabilities deviceScope parentScopes jobId jobType startTimeUtc endTimeUtc createdTimeUtc',
    'createdDateTimeUtc lastUpdatedDateTimeUtc outcome error',
  ])('of the root ignore case: %s', (names) => {
    for (const name of names.split(' ')) expect(normalizePath([name.toUpperCase()])).toEqual([name])
  })

  test.each([
    'x509Thumbprint.primaryThumbprint',
    'x509Thumbprint.secondaryThumbprint',
    'properties.desired.$version',
    'properties.desired.$metadata',
    'properties.reported.$version',
    'properties.reported.$metadata',
    'capabilities.iotEdge',
    'outcome.deviceMethodResponse.status',
    'outcome.deviceMethodResponse.payload',
    'error.code',
    'error.description',
  ])('%s ignores case', (path) => {
    expect(normalizePath(path.toLowerCase().split('.'))).toEqual(path.split('.'))
    expect(normalizePath(path.toUpperCase().split('.'))).toEqual(path.split('.'))
  })

  test.each(['tags.DeviceId', 'properties.desired.Status.ETAG', 'Other.Status.Code', 'tags.a.B.C', 'constructor.Name'])(
    'of data keep their case: %s',
    (path) => {
      expect(normalizePath(path.split('.'))).toEqual(path.split('.'))
    },
  )

  test('can be other names of a field', () => {
    expect(locationOf(['statusUpdatedTime'])).toEqual(['statusUpdateTime'])
    expect(locationOf(['createdTimeUtc', 'x'])).toEqual(['createdDateTimeUtc', 'x'])
    expect(locationOf(['tags', 'statusUpdatedTime'])).toEqual(['tags', 'statusUpdatedTime'])
  })
})

describe('orderColumn()', () => {
  const column = (name: string, value: Projection): Column => ({ name, value })
  const columns = [
    column('N', { type: 'count' }),
    column('n', { type: 'path', path: ['tags', 'a'] }),
    column('m', { type: 'path', path: ['tags', 'n'] }),
    column('p', { type: 'path', path: ['N'] }),
  ]
  const nameOf = (...path: string[]): string | undefined => orderColumn(columns, path)?.name

  test('finds a column by its name, by its property, or by its name in another case', () => {
    expect([nameOf('n'), nameOf('N')]).toEqual(['n', 'N'])
    expect([nameOf('tags', 'a'), nameOf('tags', 'n')]).toEqual(['n', 'm'])
    expect([nameOf('M'), nameOf('P')]).toEqual(['m', 'p'])
    expect([nameOf('x'), nameOf('n', 'x'), nameOf('tags'), nameOf('tags', 'a', 'b')]).toEqual(Array(4).fill(undefined))
  })

  test('prefers a property to a name in another case', () => {
    const only = [column('A', { type: 'count' }), column('b', { type: 'path', path: ['a'] })]
    expect(orderColumn(only, ['a'])?.name).toBe('b')
  })
})

test.each([
  ['SELECT * FROM devices', true, false],
  ['SELECT tags.a FROM devices', true, false],
  ['SELECT * FROM devices ORDER BY tags.a', false, false],
  ['SELECT count() FROM devices', false, true],
  ['SELECT tags.a FROM devices GROUP BY tags.a', false, true],
  ['SELECT tags.a, count() FROM devices GROUP BY tags.a ORDER BY tags.a', false, true],
])('%s is streamed: %s, and grouped: %s', (text, streamed, grouped) => {
  const query = parseQuery(text)
  expect([isStreamed(query), isGrouped(query)]).toEqual([streamed, grouped])
})

test('a group without a value for an aggregate omits it', () => {
  const documents = [{ tags: { kind: 'lamp' } }] as JsonObject[]
  const rows = allRows(parseQuery('SELECT tags.kind, sum(tags.kind) AS s FROM devices GROUP BY tags.kind'), documents)
  expect(rows).toStrictEqual([{ kind: 'lamp' }])
})
