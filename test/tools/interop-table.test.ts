import { describe, expect, test } from 'vitest'
import { asListed, asRun, onlyOperations, summaryLine, tables, withSection } from '../../tools/interop/table.ts'

const LIST = [
  { file: 'b.test.ts', name: 'service > creates' },
  { file: 'a.test.ts', name: 'device over Mqtt > reads' },
  { file: 'a.test.ts', name: 'device over MqttWs > reads' },
  { file: 'a.test.ts', name: 'stands in no group' },
]

function result(status: string): unknown {
  const assertion = (group: string, title: string, state = 'passed'): object => ({
    ancestorTitles: [group],
    title,
    status: state,
  })
  return {
    testResults: [
      { name: 'b.test.ts', assertionResults: [assertion('service', 'creates')] },
      {
        name: 'a.test.ts',
        assertionResults: [
          assertion('device over Mqtt', 'reads'),
          assertion('device over MqttWs', 'reads', status),
          { ancestorTitles: [], title: 'stands in no group', status: 'passed' },
        ],
      },
    ],
  }
}

describe('the table of the official SDKs', () => {
  test('is the same from a run without failures and from the list of tests', () => {
    expect(asRun(result('passed'))).toEqual(asListed(LIST))
  })

  test('leaves out the other tests of the suite', () => {
    const testResults = ['/test/interop/operations/a.test.ts', '/test/interop/b.test.ts'].map((name) => ({
      name,
      assertionResults: [{ ancestorTitles: ['service'], title: name, status: 'passed' }],
    }))
    expect(asRun(onlyOperations({ testResults })).map(({ operation }) => operation)).toEqual([
      '/test/interop/operations/a.test.ts',
    ])
  })

  test('has a row for each operation; transports with the same result share it', () => {
    const text = tables(asListed(LIST), [{ operation: 'sends', sdk: 'service', reason: 'over A|B' }])
    expect(text.split('\n')).toEqual([
      '| operation | SDK | result |',
      '| --- | --- | --- |',
      '| reads | device over Mqtt, MqttWs | passes |',
      '| creates | service | passes |',
      '',
      '| missing feature | SDK | reason |',
      '| --- | --- | --- |',
      '| sends | service | over A\\|B |',
    ])
  })

  test.each(['failed', 'skipped', 'todo'])('shows a failure when the test of a transport is %s', (status) => {
    const outcomes = asRun(result(status))
    expect(tables(outcomes, [])).toContain(
      '| reads | device over Mqtt | passes |\n| reads | device over MqttWs | **fails** |',
    )
    expect(summaryLine(outcomes, [])).toContain('passes 2 of 3 operations')
  })

  test('replaces only the text between its markers', () => {
    const document = 'a\n<!-- x -->\nold\n<!-- end of x -->\nb'
    expect(withSection(document, 'x', 'new')).toBe('a\n<!-- x -->\n\nnew\n\n<!-- end of x -->\nb')
    expect(() => withSection(document, 'y', 'new')).toThrow('<!-- y -->')
  })
})
