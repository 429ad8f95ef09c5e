import { describe, expect, test } from 'vitest'
import { configurationDocument } from '../../../../emulator/src/configurations/configuration-document.ts'
import {
  newConfiguration,
  parseConfigurationRequest,
  updatedConfiguration,
} from '../../../../emulator/src/configurations/configuration.ts'
import { parseContent } from '../../../../emulator/src/configurations/content.ts'
import { checkMetric, checkMetrics, conditionOf, parseTarget } from '../../../../emulator/src/configurations/target.ts'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import { refusalOf } from '../../../support/refusal.ts'

const omitted = {
  schemaVersion: undefined,
  labels: undefined,
  content: undefined,
  targetCondition: undefined,
  priority: undefined,
  metrics: undefined,
}
const content = { deviceContent: { 'properties.desired.a': 1 } }

describe('parseConfigurationRequest()', () => {
  const label = "Az09-:.+%_#*?!(),=@;'"

  test.each([
    [{}, {}],
    [{ id: 'c', etag: 'x', createdTimeUtc: 'y' }, {}],
    [{ schemaVersion: null, labels: null, content: null, targetCondition: null, priority: null, metrics: null }, {}],
    [
      { schemaVersion: '2', labels: { [label]: label }, content: { x: 1 }, targetCondition: '*' },
      { schemaVersion: '2', labels: { [label]: label }, content: { x: 1 }, targetCondition: '*' },
    ],
    [{ labels: { ['x'.repeat(128)]: 'x'.repeat(128) } }, { labels: { ['x'.repeat(128)]: 'x'.repeat(128) } }],
    [{ priority: 0 }, { priority: 0 }],
    [{ priority: 2_147_483_647 }, { priority: 2_147_483_647 }],
    [{ metrics: {} }, { metrics: {} }],
    [{ metrics: { queries: { a: 'x' }, results: {} } }, { metrics: { a: 'x' } }],
  ])('reads %j', (body, request) => {
    expect(parseConfigurationRequest('c', body)).toStrictEqual({ ...omitted, ...request })
  })

  const badId = "id must be 1 to 128 lowercase letters, digits, and the characters - : + % _ * ! '"
  const badLabels = `labels must have keys and values of 1 to 128 letters, digits, and - : . + % _ # * ? ! ( ) , = @ ; '`
  const badPriority = 'priority must be a whole number from 0 to 2147483647'
  const badQueries = 'metrics.queries must have a query, a text, for each name'

  test.each([
    ['', {}, badId],
    ['C', {}, badId],
    ['/c', {}, badId],
    ['c/', {}, badId],
    ['c', [], 'The body must be a JSON object'],
    ['c', { id: 'd' }, 'id in the body must be the same as in the address'],
    ['c', { schemaVersion: 1 }, 'schemaVersion must be a text'],
    ['c', { labels: [] }, 'labels must be an object'],
    ['c', { labels: { '': 'x' } }, badLabels],
    ['c', { labels: { a: '' } }, badLabels],
    ['c', { labels: { a: 1 } }, badLabels],
    ['c', { labels: { a: ['b'] } }, badLabels],
    ['c', { labels: { ok: 'ok', 'a b': 'b' } }, badLabels],
    ['c', { labels: { a: '$b' } }, badLabels],
    ['c', { labels: { a: 'b$' } }, badLabels],
    ['c', { labels: { ['x'.repeat(129)]: 'x' } }, badLabels],
    ['c', { content: 'x' }, 'content must be an object'],
    ['c', { targetCondition: {} }, 'targetCondition must be a text'],
    ['c', { priority: '1' }, badPriority],
    ['c', { priority: 1.5 }, badPriority],
    ['c', { priority: -1 }, badPriority],
    ['c', { priority: 2_147_483_648 }, badPriority],
    ['c', { metrics: 1 }, 'metrics must be an object'],
    ['c', { metrics: { queries: [] } }, 'metrics.queries must be an object'],
    ['c', { metrics: { queries: { a: 1 } } }, badQueries],
  ])('refuses %s with %j', (id, body, message) => {
    expect(refusalOf(() => parseConfigurationRequest(id, body))).toBe(`ArgumentInvalid: ${message}`)
  })
})

describe('newConfiguration()', () => {
  const created = (body: JsonObject): object => newConfiguration('c', parseConfigurationRequest('c', body), 5)

  test('takes the fields of the request, without nulls in the content', () => {
    const body = {
      schemaVersion: '2',
      labels: { a: 'b' },
      content: { ...content, modulesContent: null },
      targetCondition: '*',
      priority: 3,
      metrics: { queries: { m: 'SELECT * FROM devices' } },
    }
    expect(created(body)).toStrictEqual({
      id: 'c',
      etag: 1,
      schemaVersion: '2',
      labels: { a: 'b' },
      content,
      targetCondition: '*',
      priority: 3,
      metrics: { m: 'SELECT * FROM devices' },
      createdAt: 5,
      updatedAt: 5,
    })
    expect(created({ content })).not.toHaveProperty('labels')
  })
})

describe('updatedConfiguration()', () => {
  const before = { ...newConfiguration('c', { ...omitted, content, labels: { a: 'b' } }, 0), number: 7 }

  test('takes the fields of the request', () => {
    const metrics = { m: 'SELECT * FROM devices' }
    const request = { schemaVersion: '2', labels: { x: 'y' }, targetCondition: '*', priority: 9, metrics }
    expect(updatedConfiguration(before, { ...omitted, ...request }, 5)).toStrictEqual({
      ...before,
      ...request,
      etag: 2,
      updatedAt: 5,
    })
  })

  test('accepts the same content, also with nulls, or none', () => {
    for (const given of [undefined, content, { ...content, moduleContent: null }]) {
      expect(updatedConfiguration(before, { ...omitted, content: given }, 5)).toStrictEqual({
        ...before,
        etag: 2,
        updatedAt: 5,
      })
    }
  })

  test('refuses other content, and checks the other fields', () => {
    const refusal = (request: object): string | undefined =>
      refusalOf(() => updatedConfiguration(before, { ...omitted, ...request }, 5))
    expect(refusal({ content: { deviceContent: { 'properties.desired.a': 2 } } })).toBe(
      'CannotModifyImmutableConfigurationContent: The content of c cannot change; add another configuration with a higher priority',
    )
    expect(refusal({ targetCondition: 'x =' })).toMatch(/^InvalidConfigurationTargetCondition: /)
  })
})

describe('parseContent()', () => {
  test('makes a patch of the desired properties for each path', () => {
    const deviceContent = {
      'properties.desired': { a: 1 },
      'properties.desired.b': 2,
      'properties.desired.c.d.e': null,
    }
    expect(parseContent({ deviceContent, moduleContent: null, modulesContent: null })).toStrictEqual({
      kind: 'deviceContent',
      settings: [
        { path: 'properties.desired', patch: { a: 1 } },
        { path: 'properties.desired.b', patch: { b: 2 } },
        { path: 'properties.desired.c.d.e', patch: { c: { d: { e: null } } } },
      ],
    })
    expect(parseContent({ moduleContent: { 'properties.desired.b': 2 } }).kind).toBe('moduleContent')
  })

  const oneKind = 'content must have either deviceContent or moduleContent'
  const noValue = (kind: string): string =>
    `${kind} must have a value for a twin path such as properties.desired.firmware`

  test.each([
    [{}, oneKind],
    [{ deviceContent: null }, oneKind],
    [{ other: {} }, oneKind],
    [{ ...content, moduleContent: content.deviceContent }, oneKind],
    [{ deviceContent: {} }, noValue('deviceContent')],
    [{ moduleContent: [1] }, noValue('moduleContent')],
    [{ deviceContent: { 'properties.desired': 1 } }, 'properties.desired must be an object'],
    [{ deviceContent: { 'tags.a': 1 } }, 'tags.a must start with properties.desired'],
    [{ deviceContent: { 'properties.desiredx': 1 } }, 'properties.desiredx must start with properties.desired'],
    [{ deviceContent: { 'properties.desired.': 1 } }, 'desired.: a key must have 1 to 1024 bytes'],
    [
      { deviceContent: { 'properties.desired.a': { 'b.c': 1 } } },
      "desired.a.b.c: a key must not contain control characters, '.', '$', '#', or a space",
    ],
    [
      { deviceContent: { 'properties.desired.a': Array.from({ length: 9 }, () => 'x'.repeat(4096)) } },
      'desired must not exceed 32768 bytes: would be 36865',
    ],
  ])('refuses the content %#', (given, message) => {
    expect(refusalOf(() => parseContent(given))).toBe(`InvalidConfigurationContent: ${message}`)
  })

  test('refuses IoT Edge modules as a missing feature', () => {
    expect(refusalOf(() => parseContent({ modulesContent: {} }))).toBe(
      'NotImplemented: This hub does not implement "deploys IoT Edge modules (modulesContent)" (azure-iothub): needs an edge runtime; configurations of devices and modules work',
    )
  })
})

describe('conditionOf()', () => {
  test.each([
    ['', 'deviceContent', ''],
    [' \n', 'moduleContent', ''],
    ['*', 'deviceContent', '*'],
    ['tags.a = 1', 'deviceContent', 'tags.a = 1'],
    ['FROM devices WHERE *', 'deviceContent', '*'],
    [' \n from  \n devices \t where  \n tags.a = 1\nAND true', 'deviceContent', 'tags.a = 1\nAND true'],
    ['FROM devices . modules WHERE moduleId = 1', 'moduleContent', 'moduleId = 1'],
    ['from devices.modules where  moduleId = 1', 'moduleContent', 'moduleId = 1'],
    ['from devices  .  modules  where moduleId = 1', 'moduleContent', 'moduleId = 1'],
    ['x FROM devices WHERE true', 'deviceContent', 'x FROM devices WHERE true'],
    ['FROM devicesWHERE true', 'deviceContent', 'FROM devicesWHERE true'],
  ] as const)('of %j and %s is %j', (text, kind, condition) => {
    expect(conditionOf(text, kind)).toBe(condition)
  })

  const forModules = 'a target condition for modules must start with "FROM devices.modules WHERE", without *'

  test.each([
    ['tags.a = 1', 'moduleContent', forModules],
    ['FROM devices WHERE true', 'moduleContent', forModules],
    ['FROM devices.modules WHERE  * ', 'moduleContent', forModules],
    ['x FROM devices.modules WHERE true', 'moduleContent', forModules],
    ['FROM devices.modules WHERE true', 'deviceContent', 'a configuration with deviceContent cannot target modules'],
  ] as const)('refuses %j and %s', (text, kind, message) => {
    expect(refusalOf(() => conditionOf(text, kind))).toBe(`InvalidConfigurationTargetCondition: ${message}`)
  })

  test('shows the location of a problem in the condition', () => {
    expect(refusalOf(() => parseTarget('tags.a =', 'deviceContent'))).toMatch(
      /^InvalidConfigurationTargetCondition: The query is not valid: Line 1, col 9/,
    )
  })
})

describe('a metric', () => {
  test('is a query over devices or modules', () => {
    expect(refusalOf(() => checkMetric('m', 'SELECT * FROM devices.modules'))).toBeUndefined()
    expect(refusalOf(() => checkMetric('m', 'SELECT'))).toMatch(
      /^InvalidConfigurationCustomMetricsQuery: The metric m: The query is not valid: Line 1, col 7/,
    )
    expect(refusalOf(() => checkMetric('m', 'SELECT * FROM devices.jobs'))).toBe(
      'InvalidConfigurationCustomMetricsQuery: The metric m: must query devices or devices.modules',
    )
  })

  test('is one of at most five', () => {
    const metrics = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`m${at}`, 'SELECT * FROM devices']))
    expect(refusalOf(() => checkMetrics(metrics(5)))).toBeUndefined()
    expect(refusalOf(() => checkMetrics(metrics(6)))).toBe(
      'InvalidConfigurationCustomMetricsQuery: a configuration has at most 5 metrics, not 6',
    )
    expect(refusalOf(() => checkMetrics({ m: 'x' }))).toMatch(/^InvalidConfigurationCustomMetricsQuery: The metric m: /)
  })
})

describe('configurationDocument()', () => {
  const record = { ...newConfiguration('c', { ...omitted, content, targetCondition: 'tags.a = 1' }, 1000), number: 1 }
  const results = { system: { targetedCount: 1 }, custom: { m: 2 } }
  const queries = (document: JsonObject): unknown => (document['systemMetrics'] as JsonObject)['queries']

  test('has exactly the fields of REST', () => {
    const document = {
      id: 'c',
      schemaVersion: '1.0',
      content,
      contentType: 'assignment',
      targetCondition: 'tags.a = 1',
      createdTimeUtc: '1970-01-01T00:00:01.0000000Z',
      lastUpdatedTimeUtc: '1970-01-01T00:00:02.0000000Z',
      priority: 0,
      systemMetrics: {
        results: { targetedCount: 1 },
        queries: {
          targetedCount: 'select deviceId from devices where tags.a = 1',
          appliedCount: "select deviceId from devices where configurations.[[c]].status = 'Applied'",
        },
      },
      metrics: { results: { m: 2 }, queries: { m: 'SELECT * FROM devices' } },
      etag: 'MQ==',
    }
    const full = { ...record, updatedAt: 2000, metrics: { m: 'SELECT * FROM devices' } }
    expect(configurationDocument(full, results)).toStrictEqual(document)
    const labeled = { ...full, labels: { a: 'b' } }
    expect(configurationDocument(labeled, results)).toStrictEqual({ ...document, labels: { a: 'b' } })
  })

  test.each([
    ['', ''],
    [' * ', 'select deviceId from devices'],
    [' tags.a = 1 ', 'select deviceId from devices where tags.a = 1'],
  ])('counts the targets of %j with %j', (targetCondition, query) => {
    expect(queries(configurationDocument({ ...record, targetCondition }, results))).toMatchObject({
      targetedCount: query,
    })
  })

  test('counts modules', () => {
    const module = {
      ...record,
      content: { moduleContent: { 'properties.desired.a': 1 } },
      targetCondition: "FROM devices.modules WHERE moduleId = 'm'",
    }
    const select = 'select deviceId, moduleId from devices.modules'
    expect(queries(configurationDocument(module, results))).toStrictEqual({
      targetedCount: `${select} where moduleId = 'm'`,
      appliedCount: `${select} where configurations.[[c]].status = 'Applied'`,
    })
  })
})
