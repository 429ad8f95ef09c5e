import { expect, test } from 'vitest'
import { workflowComplaints } from '../../tools/workflows/rules.ts'
import { readYaml } from '../../tools/workflows/yaml.ts'

const HASH = '0123456789abcdef0123456789abcdef01234567'

const GOOD = `name: CI
on:
  push:
permissions:
  contents: read
jobs:
  test:
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@${HASH} # v1.2.3
        with:
          persist-credentials: false
      - run: npm test
`

test('readYaml() reads mappings, sequences, and scalars', () => {
  const text = `# a comment\na: 1\nb:\n  - x: 'q'\n    y: [1, 2]\n    z: |\n      one\n      two\n  - { k: v }\nc:\nd: ''\n`
  expect(readYaml(text)).toEqual({
    a: '1',
    b: [{ x: 'q', y: ['1', '2'], z: 'one\ntwo\n' }, { k: 'v' }],
    c: null,
    d: '',
  })
})

test('readYaml() rejects text that is not YAML, and an alias', () => {
  expect(() => readYaml('a: [')).toThrow(SyntaxError)
  expect(() => readYaml('a: &x 1\nb: *x\n')).toThrow('alias')
})

test('workflowComplaints() accepts a workflow with pinned actions and few rights', () => {
  expect(workflowComplaints(GOOD)).toEqual([])
})

test.each([
  ['a tag', 'v1.2.3'],
  ['a short hash', HASH.slice(0, 12)],
  ['a hash without its release', HASH],
])('workflowComplaints() rejects an action that is pinned by %s', (_what, version) => {
  const text = GOOD.replace(`${HASH} # v1.2.3`, version)
  expect(workflowComplaints(text)).toEqual([expect.stringContaining('line 10: pin the action')])
})

test('workflowComplaints() rejects missing and broad permissions', () => {
  const permissions = 'permissions:\n  contents: read\n'
  expect(workflowComplaints(GOOD.replace(permissions, ''))).toEqual([
    'the workflow has no permissions; set "contents: read"',
  ])
  expect(workflowComplaints(GOOD.replace(permissions, 'permissions: write-all\n'))).toEqual([
    'the workflow has the permissions write-all; name each right',
  ])
  const job = GOOD.replace('    timeout', '    permissions:\n      packages: write\n      id-token: write\n    timeout')
  expect(workflowComplaints(job)).toEqual(['job test may write packages'])
})

test('workflowComplaints() rejects a job without a deadline', () => {
  expect(workflowComplaints(GOOD.replace('    timeout-minutes: 5\n', ''))).toEqual(['job test has no timeout-minutes'])
})

test('workflowComplaints() rejects a checkout that keeps its token', () => {
  const text = GOOD.replace('persist-credentials: false', 'fetch-depth: 1')
  expect(workflowComplaints(text)).toEqual([expect.stringContaining('persist-credentials: false')])
})

test('workflowComplaints() rejects an expression in a script', () => {
  const text = GOOD.replace('npm test', 'echo ${{ github.event.pull_request.title }}')
  expect(workflowComplaints(text)).toEqual([expect.stringContaining('through env')])
})

test.each(['on: pull_request_target\n', 'on: [push, pull_request_target]\n', 'on:\n  pull_request_target:\n'])(
  'workflowComplaints() rejects the rights of %j',
  (trigger) => {
    const text = GOOD.replace('on:\n  push:\n', trigger)
    expect(workflowComplaints(text)).toEqual([expect.stringContaining('pull_request_target')])
  },
)
