import { describe, expect, test } from 'vitest'
import { readModule } from '../../tools/architecture/read-module.ts'
import { jointViolations, violations } from '../../tools/architecture/violations.ts'

function complaints(file: string, text: string, declared: readonly string[] = []): string[] {
  return violations(readModule(file, text), declared).map(({ line, message }) => `${line}: ${message}`)
}

describe('violations() refuses', () => {
  test.each([
    ['errors with an import', 'core/src/errors.ts', `import { a } from './protocol/json.ts'`],
    ['protocol that knows credentials', 'core/src/protocol/sas.ts', `import { a } from '../credentials/key.ts'`],
    [
      'protocol that knows a type of the session',
      'core/src/protocol/sas.ts',
      `import type { A } from '../session/wire.ts'`,
    ],
    ['protocol with a package', 'core/src/protocol/sas.ts', `import mqtt from 'mqtt'`],
    ['credentials that know the session', 'core/src/credentials/key.ts', `import { a } from '../session/clock.ts'`],
    ['a session that uses credentials', 'core/src/session/session.ts', `import { a } from '../credentials/key.ts'`],
    ['an inline type, which still loads', 'core/src/session/a.ts', `import { type A } from '../credentials/key.ts'`],
    ['a session that knows the runtime', 'core/src/session/session.ts', `import { a } from '../runtime/mqtt-wire.ts'`],
    ['a session with mqtt', 'core/src/session/session.ts', `import type { A } from 'mqtt'`],
    ['a twin that uses credentials', 'core/src/twin/twin.ts', `export { a } from '../credentials/key.ts'`],
    ['a twin that knows the runtime', 'core/src/twin/twin.ts', `const a = await import('../runtime/mqtt-wire.ts')`],
    ['a wire that uses the session', 'core/src/runtime/mqtt-wire.ts', `import { a } from '../session/wire.ts'`],
    ['a wire that knows a twin', 'core/src/runtime/mqtt-wire.ts', `type A = import('../twin/twin.ts').A`],
    ['mqtt in another runtime file', 'core/src/runtime/clock.ts', `import mqtt from 'mqtt'`],
    ['packages in the index', 'core/src/index.ts', `export { a } from 'mqtt'`],
    ['Node in core', 'core/src/twin/twin.ts', `import { a } from 'node:fs'`],
    ['core in the emulator', 'emulator/src/twin/merge.ts', `import { a } from '../../../core/src/protocol/json.ts'`],
    ['hubtwin in the emulator', 'emulator/src/hub/hub.ts', `import type { A } from 'hubtwin'`],
    ['an undeclared package in the emulator', 'emulator/src/hub/hub.ts', `import a from 'express'`],
    ['a deep path in the service', 'service/src/hub/registry.ts', `import { a } from 'hubtwin/dist/index.js'`],
    ['a relative path into core', 'service/src/hub/registry.ts', `import { a } from '../../core/src/index.ts'`],
    ['the emulator in a sample', 'node-demo/get-twin.ts', `import { startHub } from 'hubtwin-emulator'`],
    ['a foreign package in a sample', 'node-demo/get-twin.ts', `import mqtt from 'mqtt'`],
    ['a deep path in a page', 'web-demo/src/simulator/main.ts', `import { a } from 'hubtwin/src/index.ts'`],
    ['Node in a page', 'web-demo/src/simulator/main.ts', `import { a } from 'node:fs'`],
    ['a computed import', 'core/src/twin/twin.ts', 'let name: string; await import(name)'],
  ])('%s', (_, file, text) => {
    expect(complaints(file, text)).toEqual([expect.stringMatching(/^1: imports .+ may import /)])
  })

  test.each([
    ['const a = Date.now()', 'Date.now'],
    ['const a = new Date()', 'new Date()'],
    ['const a = Date()', 'Date()'],
    ['const a = Math.random()', 'Math.random'],
    ['let a: Promise<void>', 'Promise'],
    ['console.log(1)', 'console'],
    ['setTimeout(a, 1)', 'setTimeout'],
    ['async function a() {}', 'an async function'],
    ['const a = async () => 1', 'an async function'],
    ['const a = { async b() {} }', 'an async function'],
  ])('%s in the protocol', (text, what) => {
    expect(complaints('core/src/protocol/sas.ts', text)).toEqual([expect.stringContaining(`1: ${what}; `)])
  })

  test('export *, anywhere', () => {
    expect(complaints('service/src/index.ts', `\nexport * from './registry.ts'`)).toEqual([
      `2: export * from './registry.ts'; spell the names out`,
    ])
    expect(complaints('test/a.ts', `export type * from './b.ts'`)).toHaveLength(1)
  })

  test.each([
    'const maxBytes = 64 * 1024',
    'export const legal = /^[a-z]+$/ as RegExp',
    "const kinds = ['a', -1, `b${MAX}`] as const",
    'const limits = { a: { b: MAX }, c: [LIMITS.d, undefined] } satisfies Limits',
    "const folder = join(ROOT, 'dist')",
    'const here = dirname(fileURLToPath(import.meta.url))',
    "const names = new Set(['a'])",
    'const encoder = new TextEncoder()',
  ])('the lower-case name of a module constant: %s', (text) => {
    const [, name = ''] = /const (\w+)/.exec(text) ?? []
    expect(complaints('tools/a.ts', text)).toEqual([`1: the module constant ${name}; its name is UPPER_CASE`])
  })

  test('a file of more than 300 lines', () => {
    expect(complaints('tools/long.ts', '\n'.repeat(300))).toEqual([])
    expect(complaints('tools/long.ts', '\n'.repeat(301))).toEqual(['301: 301 lines; a file has at most 300'])
  })

  test('a file of core without a rule', () => {
    expect(complaints('core/src/util.ts', '')).toEqual([expect.stringContaining('no rule says')])
  })
})

describe('violations() accepts', () => {
  test.each([
    ['core/src/protocol/sas.ts', `import { TwinError } from '../errors.ts'; import { a } from './json.ts'`],
    ['core/src/protocol/sas.ts', 'const a = new Date(0)'],
    ['core/src/session/session.ts', `import type { Credentials } from '../credentials/credentials.ts'`],
    ['core/src/twin/twin.ts', `import { a } from '../session/session.ts'; const b = Promise.resolve(Date.now())`],
    ['core/src/runtime/mqtt-wire.ts', `import mqtt from 'mqtt'; import type { Wire } from '../session/wire.ts'`],
    ['core/src/index.ts', `export { a } from './runtime/mqtt-wire.ts'`],
    ['emulator/src/hub/hub.ts', `import { a } from 'hono/ws'; import { b } from '@hono/node-server'; import 'node:fs'`],
    ['node-demo/start.ts', `import 'hubtwin-emulator'; import 'hubtwin-service'; import { a } from './get-twin.ts'`],
    ['test/contract/contract.ts', `import { a } from '../../core/src/twin/twin.ts'; import 'anything'`],
  ])('%s with %s', (file, text) => {
    expect(complaints(file, text, ['hono', '@hono/node-server'])).toEqual([])
  })
})

describe('violations() accepts the lower-case name of', () => {
  test.each([
    ['a function', 'const add = (a, b) => a + b'],
    ['an object with a method', "const client = { name: 'a', open() {} }"],
    ['a schema', 'const schema = v.object({ a: v.string() })'],
    ['a value that the program computes', 'const size = readSize(1)'],
    ['an empty list that the module fills', 'const found: string[] = []'],
    ['an empty set that the module fills', 'const seen = new Set<string>()'],
    ['a list that the module extends', "const found = ['a']; found.push('b')"],
    ['an object that the module changes', 'const counts = { a: 0 }; counts.a++; counts.b.c = 1'],
    ['a variable of a function', 'function f() { const size = 1; return size }'],
    ['a variable', 'let size = 1'],
  ])('%s', (_, text) => {
    expect(complaints('tools/a.ts', text)).toEqual([])
  })

  test('a constant of an example, which people copy', () => {
    expect(complaints('examples/node/main.ts', 'const size = 1')).toEqual([])
  })
})

describe('jointViolations()', () => {
  const modulesOf = (files: Record<string, string>) =>
    Object.entries(files).map(([file, text]) => readModule(file, text))

  test('refuses azure-iothub in a second file of the service', () => {
    const modules = modulesOf({
      'service/src/a.ts': `import a from 'azure-iothub'`,
      'service/src/b.ts': `import b from 'azure-iothub'`,
    })
    expect(jointViolations(modules)).toEqual([
      { file: 'service/src/b.ts', line: 1, message: 'imports azure-iothub; in service/ only service/src/a.ts may' },
    ])
  })

  test('refuses mqtt in core outside the wire, and in a page', () => {
    const modules = modulesOf({
      'core/src/runtime/mqtt-wire.ts': `import mqtt from 'mqtt'`,
      'core/src/index.ts': `import type { A } from 'mqtt/types'`,
      'web-demo/src/simulator/main.ts': `import mqtt from 'mqtt'`,
    })
    expect(jointViolations(modules).map(({ file }) => file)).toEqual([
      'core/src/index.ts',
      'web-demo/src/simulator/main.ts',
    ])
  })
})
