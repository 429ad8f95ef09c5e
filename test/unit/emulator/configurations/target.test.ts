import { describe, expect, test } from 'vitest'
import { checkMetric, checkMetrics, conditionOf, parseTarget } from '../../../../emulator/src/configurations/target.ts'
import { refusalOf } from '../../../support/refusal.ts'

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

describe('parseTarget()', () => {
  test('targets no twin without a condition, and every device with *', () => {
    expect(parseTarget(' ', 'deviceContent')).toStrictEqual({ type: 'none' })
    expect(parseTarget('', 'moduleContent')).toStrictEqual({ type: 'none' })
    expect(parseTarget('*', 'deviceContent')).toStrictEqual({ type: 'matching', where: undefined })
    const where = { type: 'path', path: ['tags', 'a'] }
    expect(parseTarget('FROM devices WHERE tags.a', 'deviceContent')).toStrictEqual({ type: 'matching', where })
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
