import { expect, test } from 'vitest'
import { cycleViolations } from '../../tools/architecture/cycles.ts'
import { readModule } from '../../tools/architecture/read-module.ts'

function cycles(files: Readonly<Record<string, string>>): string[] {
  const modules = Object.entries(files).map(([file, text]) => readModule(file, text))
  return cycleViolations(modules).map(({ file, line, message }) => `${file}:${line}: ${message}`)
}

test('an import tree has no cycle', () => {
  expect(
    cycles({
      'a/top.ts': `import { left } from './left.ts'\nimport { right } from './right.ts'`,
      'a/left.ts': `import { base } from '../base.ts'`,
      'a/right.ts': `import { base } from '../base.ts'\nimport 'node:fs'`,
      'base.ts': `export const base = 1`,
    }),
  ).toEqual([])
})

test('a cycle is reported at its first import', () => {
  expect(
    cycles({
      'a/one.ts': `import 'node:fs'\nimport { two } from './two.ts'`,
      'a/two.ts': `export { three } from '../three.ts'`,
      'three.ts': `import { one } from './a/one.ts'`,
    }),
  ).toEqual(['a/one.ts:2: import cycle: a/one.ts → a/two.ts → three.ts → a/one.ts'])
})

test('type imports count, in every form', () => {
  expect(cycles({ 'a.ts': `import type { B } from './b.ts'`, 'b.ts': `export type A = import('./a.ts').A` })).toEqual([
    'a.ts:1: import cycle: a.ts → b.ts → a.ts',
  ])
})

test('a file that imports itself is a cycle', () => {
  expect(cycles({ 'a.ts': `import { a } from './a.ts'` })).toEqual(['a.ts:1: import cycle: a.ts → a.ts'])
})

test('each group of files is reported once, at its shortest cycle', () => {
  expect(
    cycles({
      'a.ts': `import './b.ts'`,
      'b.ts': `import './c.ts'`,
      'c.ts': `import './a.ts'\nimport './d.ts'`,
      'd.ts': `import './c.ts'`,
      'x.ts': `import './y.ts'`,
      'y.ts': `import './x.ts'`,
    }),
  ).toEqual(['c.ts:2: import cycle: c.ts → d.ts → c.ts', 'x.ts:1: import cycle: x.ts → y.ts → x.ts'])
})
