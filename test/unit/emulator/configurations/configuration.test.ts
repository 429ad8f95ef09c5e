import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../../emulator/src/index.ts'
import {
  newConfiguration,
  parseConfigurationRequest,
  updatedConfiguration,
} from '../../../../emulator/src/configurations/configuration.ts'
import { conditionOf, parseTarget } from '../../../../emulator/src/configurations/target.ts'

const CONTENT = { deviceContent: { 'properties.desired.a': 1 } }

function create(body: JsonObject, id: string = 'c1'): ReturnType<typeof newConfiguration> {
  return newConfiguration(id, parseConfigurationRequest(id, body), 0)
}

describe('a new configuration', () => {
  test('has defaults for the fields that the request omits, or sends as null', () => {
    expect(create({ id: 'c1', content: CONTENT, labels: null, metrics: null, targetCondition: null })).toEqual({
      id: 'c1',
      etag: 1,
      schemaVersion: '1.0',
      content: CONTENT,
      targetCondition: '',
      priority: 0,
      metrics: {},
      createdAt: 0,
      updatedAt: 0,
    })
  })

  test.each(["c-1:+%_*!'", 'a'.repeat(128)])('may have the ID %s', (id) => {
    expect(create({ content: CONTENT }, id).id).toBe(id)
  })

  test.each<[string, string, JsonObject, RegExp | string]>([
    ['an uppercase letter in its ID', 'C1', { content: CONTENT }, 'ArgumentInvalid'],
    ['a space in its ID', 'c 1', { content: CONTENT }, 'ArgumentInvalid'],
    ['an ID of 129 characters', 'a'.repeat(129), { content: CONTENT }, 'ArgumentInvalid'],
    ['another ID in its body', 'c1', { id: 'c2', content: CONTENT }, 'ArgumentInvalid'],
    ['a negative priority', 'c1', { content: CONTENT, priority: -1 }, 'ArgumentInvalid'],
    ['a label with a $', 'c1', { content: CONTENT, labels: { $a: 'b' } }, 'ArgumentInvalid'],
    ['a label that is no text', 'c1', { content: CONTENT, labels: { a: 1 } }, 'ArgumentInvalid'],
    ['no content', 'c1', {}, 'InvalidConfigurationContent'],
    [
      'two kinds of content',
      'c1',
      { content: { ...CONTENT, moduleContent: CONTENT.deviceContent } },
      'InvalidConfigurationContent',
    ],
    ['empty content', 'c1', { content: { deviceContent: {} } }, 'InvalidConfigurationContent'],
    ['a path outside of desired', 'c1', { content: { deviceContent: { 'tags.a': 1 } } }, 'InvalidConfigurationContent'],
    [
      'an empty key in a path',
      'c1',
      { content: { deviceContent: { 'properties.desired..a': 1 } } },
      'InvalidConfigurationContent',
    ],
    [
      'a text as its whole section',
      'c1',
      { content: { deviceContent: { 'properties.desired': 'x' } } },
      'InvalidConfigurationContent',
    ],
    ['IoT Edge modules', 'c1', { content: { modulesContent: { $edgeAgent: {} } } }, 'NotImplemented'],
    [
      'an invalid condition',
      'c1',
      { content: CONTENT, targetCondition: 'tags.a =' },
      'InvalidConfigurationTargetCondition',
    ],
    [
      'a condition for modules',
      'c1',
      { content: CONTENT, targetCondition: 'FROM devices.modules WHERE tags.a = 1' },
      'InvalidConfigurationTargetCondition',
    ],
    [
      'an invalid metric',
      'c1',
      { content: CONTENT, metrics: { queries: { m: 'SELECT' } } },
      'InvalidConfigurationCustomMetricsQuery',
    ],
    [
      'a metric over jobs',
      'c1',
      { content: CONTENT, metrics: { queries: { m: 'SELECT * FROM devices.jobs' } } },
      'InvalidConfigurationCustomMetricsQuery',
    ],
    [
      'six metrics',
      'c1',
      {
        content: CONTENT,
        metrics: {
          queries: Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, 'SELECT * FROM devices'])),
        },
      },
      'InvalidConfigurationCustomMetricsQuery',
    ],
  ])('must not have %s', (_case, id, body, code) => {
    expect(() => create(body, id)).toThrow(expect.objectContaining({ code }))
  })
})

describe('an updated configuration', () => {
  const before = { ...create({ content: CONTENT, labels: { a: 'b' }, priority: 3 }), number: 7 }
  const update = (body: JsonObject): ReturnType<typeof updatedConfiguration> =>
    updatedConfiguration(before, parseConfigurationRequest('c1', body), 5)

  test('keeps the fields that the request omits', () => {
    expect(update({ content: CONTENT, priority: 4 })).toEqual({ ...before, etag: 2, priority: 4, updatedAt: 5 })
  })

  test('keeps its content', () => {
    expect(() => update({ content: { deviceContent: { 'properties.desired.a': 2 } } })).toThrow(
      expect.objectContaining({ code: 'CannotModifyImmutableConfigurationContent' }),
    )
  })
})

describe('a target condition', () => {
  test('that is empty targets no twin, and * targets every device', () => {
    expect(parseTarget(' ', 'deviceContent')).toEqual({ type: 'none' })
    expect(parseTarget('*', 'deviceContent')).toEqual({ type: 'matching', where: undefined })
    expect(parseTarget('', 'moduleContent')).toEqual({ type: 'none' })
  })

  test.each<[string, 'deviceContent' | 'moduleContent', Json]>([
    ["tags.a = 'b'", 'deviceContent', "tags.a = 'b'"],
    ["FROM devices WHERE deviceId = 'b'", 'deviceContent', "deviceId = 'b'"],
    ["from devices.modules where moduleId = 'm'", 'moduleContent', "moduleId = 'm'"],
  ])('%s is a condition of %s', (text, kind, condition) => {
    expect(conditionOf(text, kind)).toBe(condition)
    expect(parseTarget(text, kind)).toMatchObject({ type: 'matching' })
  })

  test.each(['*', "tags.a = 'b'", 'FROM devices.modules WHERE *'])('%s targets no modules', (text) => {
    expect(() => parseTarget(text, 'moduleContent')).toThrow(/must start with "FROM devices.modules WHERE"/)
  })
})
