import { expect, test } from 'vitest'
import { findBrokenCitations } from '../../tools/docs/citations.ts'
import { extractProse } from '../../tools/prose/extract.ts'
import { mightHaveFindings } from '../../tools/prose/might-have-findings.ts'
import { TERMS } from '../../tools/prose/terms.ts'

test('extractProse finds comments, messages, and page texts, and keeps their lines', () => {
  const code = [
    '/**',
    ' * Sends a report to the hub.',
    ' * @param patch the new values',
    ' */',
    'export const x = 1',
    '// A reason',
    '// over two lines.',
    "throw new Error('The hub rejects the report')",
    'const y = `The hub answers with ${status} instead of 200`',
  ].join('\n')

  const { text, lines } = extractProse('x.ts', code)

  const at = (needle: string): number | undefined => lines[text.split('\n').findIndex((line) => line.includes(needle))]
  expect(at('Sends a report')).toBe(2)
  expect(at('- the new values')).toBe(3)
  expect(at('over two lines')).toBe(7)
  expect(at('The hub rejects the report')).toBe(8)
  expect(at('The hub answers with X instead of 200')).toBe(9)
})

test('extractProse leaves out code, identifiers, and query strings', () => {
  const { text } = extractProse('x.ts', "const a = 'not-prose'\nconst q = 'SELECT * FROM devices WHERE a = 1'")
  expect(text.trim()).toBe('')
})

test('extractProse names a file that does not parse', () => {
  expect(() => extractProse('x.ts', '// A comment\nconst = 1')).toThrow(/^x\.ts: /)
})

test('extractProse leaves out the URL paths in a text', () => {
  const { text } = extractProse('x.ts', "const a = 'The route /api/enrol keeps its older spelling'")
  expect(text.trim()).toBe('The route X keeps its older spelling')
})

test('the terms match across a line break', () => {
  expect(TERMS.some(([pattern]) => new RegExp(pattern, 'i').test('all tabs stay in\nstep'))).toBe(true)
})

test.each([
  ['a banned term', 'All tabs stay in step.', true],
  ['a clause as the subject', 'It ends. What follows is new.', true],
  ['a long paragraph', 'word '.repeat(36), true],
  ['two short paragraphs', `${'word '.repeat(30)}\n\n${'word '.repeat(30)}`, false],
])('mightHaveFindings decides for %s', (_, text, expected) => {
  expect(mightHaveFindings(text, 35)).toBe(expected)
})

test('findBrokenCitations names a section that does not exist', () => {
  const read = (): string => '# Title\n\n## 4. Twin\n\n### 4.2 Order\n'
  expect(findBrokenCitations('see docs/protocol/protocol.md §4.2', read)).toEqual([])
  expect(findBrokenCitations('a\nsee docs/protocol/protocol.md §4.3', read)).toEqual([
    '2: docs/protocol/protocol.md has no section 4.3',
  ])
  expect(findBrokenCitations('see docs/protocol/protocol.md', read)).toHaveLength(1)
})
