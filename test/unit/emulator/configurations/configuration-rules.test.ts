import { describe, expect, test } from 'vitest'
import { configurationDocument } from '../../../../emulator/src/configurations/configuration-document.ts'
import {
  newConfiguration,
  parseConfigurationRequest,
  updatedConfiguration,
} from '../../../../emulator/src/configurations/configuration.ts'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import { refusalOf } from '../../../support/refusal.ts'

const OMITTED = {
  schemaVersion: undefined,
  labels: undefined,
  content: undefined,
  targetCondition: undefined,
  priority: undefined,
  metrics: undefined,
}
const CONTENT = { deviceContent: { 'properties.desired.a': 1 } }

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
    expect(parseConfigurationRequest('c', body)).toStrictEqual({ ...OMITTED, ...request })
  })

  const badId = "id must be 1 to 128 lowercase letters, digits, and the characters - : + % _ * ! '"
  const badLabels = `labels must have keys and values of 1 to 128 letters, digits, and - : . + % _ # * ? ! ( ) , = @ ; '`
  const badPriority = 'priority must be a whole number from 0 to 2147483647'
  const badQueries = 'metrics.queries must have a string with a query for each name'

  test.each([
    ['', {}, badId],
    ['C', {}, badId],
    ['/c', {}, badId],
    ['c/', {}, badId],
    ['c', [], 'The body must be a JSON object'],
    ['c', { id: 'd' }, 'id in the body must be the same as in the address'],
    ['c', { schemaVersion: 1 }, 'schemaVersion must be a string'],
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
    ['c', { targetCondition: {} }, 'targetCondition must be a string'],
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
      content: { ...CONTENT, modulesContent: null },
      targetCondition: '*',
      priority: 3,
      metrics: { queries: { m: 'SELECT * FROM devices' } },
    }
    expect(created(body)).toStrictEqual({
      id: 'c',
      etag: 1,
      schemaVersion: '2',
      labels: { a: 'b' },
      content: CONTENT,
      targetCondition: '*',
      priority: 3,
      metrics: { m: 'SELECT * FROM devices' },
      createdAt: 5,
      updatedAt: 5,
    })
    expect(created({ content: CONTENT })).not.toHaveProperty('labels')
  })
})

describe('updatedConfiguration()', () => {
  const before = { ...newConfiguration('c', { ...OMITTED, content: CONTENT, labels: { a: 'b' } }, 0), number: 7 }

  test('takes the fields of the request', () => {
    const metrics = { m: 'SELECT * FROM devices' }
    const request = { schemaVersion: '2', labels: { x: 'y' }, targetCondition: '*', priority: 9, metrics }
    expect(updatedConfiguration(before, { ...OMITTED, ...request }, 5)).toStrictEqual({
      ...before,
      ...request,
      etag: 2,
      updatedAt: 5,
    })
  })

  test('accepts the same content, also with nulls, or none', () => {
    for (const given of [undefined, CONTENT, { ...CONTENT, moduleContent: null }]) {
      expect(updatedConfiguration(before, { ...OMITTED, content: given }, 5)).toStrictEqual({
        ...before,
        etag: 2,
        updatedAt: 5,
      })
    }
  })

  test('refuses other content, and checks the other fields', () => {
    const refusal = (request: object): string | undefined =>
      refusalOf(() => updatedConfiguration(before, { ...OMITTED, ...request }, 5))
    expect(refusal({ content: { deviceContent: { 'properties.desired.a': 2 } } })).toBe(
      'CannotModifyImmutableConfigurationContent: The content of c cannot change; add another configuration with a higher priority',
    )
    expect(refusal({ targetCondition: 'x =' })).toMatch(/^InvalidConfigurationTargetCondition: /)
  })
})

describe('configurationDocument()', () => {
  const record = {
    ...newConfiguration('c', { ...OMITTED, content: CONTENT, targetCondition: 'tags.a = 1' }, 1000),
    number: 1,
  }
  const results = { system: { targetedCount: 1 }, custom: { m: 2 } }
  const queries = (document: JsonObject): unknown => (document['systemMetrics'] as JsonObject)['queries']

  test('has exactly the fields of REST', () => {
    const document = {
      id: 'c',
      schemaVersion: '1.0',
      content: CONTENT,
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
