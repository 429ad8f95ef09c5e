import { expect, test } from 'vitest'
import { readDocstrings } from '../../tools/docs/docstrings.ts'
import { readMarkdown } from '../../tools/docs/markdown.ts'
import { fileOf, scriptsIn } from '../../tools/docs/references.ts'
import { runExamples } from '../../tools/docs/run-examples.ts'
import { typeCheck } from '../../tools/docs/type-check.ts'

test('readMarkdown() finds fenced blocks with the line of their code, and links', () => {
  const text = ['# A', '', '[b](docs/b.md#part) ![c](c.png)', '', '```ts nocheck a sketch', 'let a', '```', ''].join(
    '\n',
  )
  expect(readMarkdown(text)).toEqual({
    blocks: [{ line: 6, language: 'ts', meta: 'nocheck a sketch', code: 'let a' }],
    links: [
      { line: 3, target: 'docs/b.md#part' },
      { line: 3, target: 'c.png' },
    ],
  })
})

test('readDocstrings() finds the blocks under @example, with lines of the source', () => {
  const text = [
    'const a = 1',
    '/**',
    ' * Says hello.',
    ' *',
    ' * ```ts',
    ' * not an example',
    ' * ```',
    ' * @example',
    ' * ```ts',
    ' * @decorated class A {}',
    ' * ```',
    ' * @returns nothing',
    ' */',
    'export function hello(): void {}',
  ].join('\n')
  const { blocks, emptyAt } = readDocstrings('a.ts', text)
  expect(blocks).toEqual([{ line: 10, language: 'ts', meta: '', code: '@decorated class A {}' }])
  expect(emptyAt).toEqual([])
})

test('readDocstrings() finds an @example without a fence', () => {
  expect(readDocstrings('a.ts', '\n/**\n * @example hello()\n */\n').emptyAt).toEqual([3])
})

test('fileOf() gives the file of a relative link only', () => {
  const targets = ['docs/a.md#b', 'a%20b.md', 'https://example.com/a', 'mailto:a@example.com', '#b']
  expect(targets.map((target) => fileOf({ line: 1, target }))).toEqual([
    'docs/a.md',
    'a b.md',
    undefined,
    undefined,
    undefined,
  ])
})

test('scriptsIn() finds every npm run, past its flags', () => {
  expect(scriptsIn('`npm run build`\nnpm run --silent demo:get-twin -- x && npm run check.')).toEqual([
    { line: 1, script: 'build' },
    { line: 2, script: 'demo:get-twin' },
    { line: 2, script: 'check' },
  ])
})

test('typeCheck() reports an error at its line of the document', async () => {
  const block = { file: 'README.md', language: 'ts', meta: '' }
  const good = { ...block, line: 10, code: `import { env } from 'node:process'\nawait Promise.resolve(env)` }
  const bad = { ...block, line: 20, code: `export const a = 1\nexport const b: string = a` }
  const scratch = 'docs-examples-test'
  expect(await typeCheck([good, bad], 30_000, scratch)).toEqual([expect.stringMatching(/^README\.md:21: error TS2322/)])
})

test('runExamples() names an example that fails, and an example that waits too long', async () => {
  const example = (line: number, code: string): Parameters<typeof runExamples>[0][number] => {
    return { file: 'a.md', line, language: 'ts', meta: 'run', code }
  }
  const wait = 'await new Promise((resolve) => setTimeout(resolve, 300))'
  const examples = [example(3, "throw new Error('No hub')"), example(7, wait), example(9, 'export {}')]

  const messages = await runExamples(examples, { maxIdleInMs: 100, deadlineInMs: 30_000 }, 'docs-examples-run-test')

  expect(messages).toHaveLength(2)
  expect(messages[0]).toMatch(/^a\.md:3: exit code 1\n[^]*No hub/)
  expect(messages[1]).toMatch(/^a\.md:7: exit code 3\n[^]*waits \d+ ms; at most 100 ms are allowed/)
})
