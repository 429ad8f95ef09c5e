import { describe, expect, test } from 'vitest'
import { checkTally } from '../../tools/test/suite.ts'
import { failed, NOTHING, passed, skipped, sum, summary } from '../../tools/test/tally.ts'

test('summary() ends with the counts alone on the last line', () => {
  const total = sum([passed(), failed('unit: a'), skipped('bun', 'not installed')])
  expect(summary(total).split('\n')).toEqual([
    'Failed:',
    '  unit: a',
    '',
    'Skipped:',
    '  bun: not installed',
    '',
    '1 passed, 1 failed, 1 skipped',
  ])
  expect(summary(passed())).toBe('1 passed, 0 failed, 0 skipped')
})

describe('checkTally()', () => {
  test('takes the counts of a clean run as they are', () => {
    expect(checkTally('unit', passed(), 'exit code 0', true)).toEqual(passed())
  })

  test('counts a runner that left no tally as failed', () => {
    expect(checkTally('unit', undefined, 'killed after 60 s', false)).toEqual(
      failed('unit: vitest ended before its tests (killed after 60 s)'),
    )
  })

  test('counts a runner that failed after its tests had passed as failed', () => {
    expect(checkTally('unit', passed(), 'exit code 1', false)).toMatchObject({ passed: 1, failed: 1 })
  })

  test('does not count a failed test twice', () => {
    expect(checkTally('unit', failed('unit: a'), 'exit code 1', false)).toMatchObject({ failed: 1 })
  })

  test('counts a suite without a test as skipped', () => {
    expect(checkTally('unit', NOTHING, 'exit code 0', true)).toEqual(skipped('unit', 'it has no tests yet'))
  })
})
