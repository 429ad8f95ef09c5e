import { expect, test } from 'vitest'
import { classViolations } from '../../tools/architecture/classes.ts'
import { readModule } from '../../tools/architecture/read-module.ts'

function complaints(files: Readonly<Record<string, string>>): string[] {
  const modules = Object.entries(files).map(([file, text]) => readModule(file, text))
  return classViolations(modules).map(({ file, line, message }) => `${file}:${line}: ${message.split(';')[0]}`)
}

test.each([
  ['a class', 'class A {}', 'A'],
  ['an exported class', 'export class A {}', 'A'],
  ['a default class without a name', 'export default class {}', '(no name)'],
  ['a class expression', 'const a = class A {}', 'A'],
  ['a class in a function', 'function f() { return class A {} }', 'A'],
  ['a class of Node', "import { Duplex } from 'node:stream'; class A extends Duplex {}", 'A'],
  ['a class that implements an interface of ours', 'interface B {}; class A implements B {}', 'A'],
  ['a class that a function returns', 'class A extends mixin(Error) {}', 'A'],
  ['a class of another', 'class A extends A {}', 'A'],
])('classViolations() refuses %s', (_, text, name) => {
  expect(complaints({ 'emulator/src/a.ts': `\n${text}` })).toEqual([`emulator/src/a.ts:2: the class ${name}`])
})

test.each([
  ['an error', 'class A extends Error {}'],
  ['an error of the language', 'class A extends RangeError {}'],
  [
    'a test runner',
    "import type { TestRunner } from '@stryker-mutator/api/test-runner'; class A implements TestRunner {}",
  ],
  ['a sequencer', "import { BaseSequencer } from 'vitest/node'; class A extends BaseSequencer {}"],
])('classViolations() accepts %s', (_, text) => {
  expect(complaints({ 'tools/a.ts': text })).toEqual([])
})

test('classViolations() accepts an error of an error in another file, whatever their order', () => {
  expect(
    complaints({
      'emulator/src/a.ts': `import { B } from './b.ts'; class A extends B {}`,
      'emulator/src/b.ts': `import { C } from './c.ts'; export class B extends C {}`,
      'emulator/src/c.ts': 'export class C extends Error {}',
    }),
  ).toEqual([])
})

test('classViolations() accepts the values of a twin, and classes of tests and examples', () => {
  const files = ['core/src/twin/twin-values.ts', 'test/unit/a.test.ts', 'examples/node/main.ts', 'docs/site.ts']
  expect(complaints(Object.fromEntries(files.map((file) => [file, 'class A {}'])))).toEqual([])
})
