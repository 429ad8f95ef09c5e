import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '../../emulator/src/index.ts'
import { matches } from '../../emulator/src/query/evaluate.ts'
import { parseQuery } from '../../emulator/src/query/parse-query.ts'
import { allRows } from '../../emulator/src/query/rows.ts'
import { Refusal } from '../../emulator/src/rules/refusal.ts'

const words = [
  ...['SELECT', 'TOP', '*', 'FROM', 'WHERE', 'GROUP BY', 'ORDER BY', 'DESC', 'AS', 'AND', 'OR', 'NOT', 'IN', 'NIN'],
  ...['devices', 'devices.modules', 'devices.jobs', 'tags.a', 'tags.__proto__', 'constructor', '[[x y]]', '$version'],
  ...[
    'count()',
    'sum(tags.a)',
    'is_defined(tags.a)',
    '(',
    ')',
    '[',
    ']',
    ',',
    '.',
    '=',
    '!=',
    '<',
    '>=',
    '+',
    '-',
    '/',
  ],
  ...['1', '0x1f', '1e400', '2.5', 'null', 'true', 'undefined', "'text'", '"it\'s"', "'", '\\', '\u0000', '💡'],
]
const anyQuery = fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((tokens) => tokens.join(' '))
const condition = fc.array(fc.constantFrom(...words.slice(9)), { maxLength: 15 }).map((tokens) => tokens.join(' '))
const likelyQuery = condition.map((where) => `SELECT * FROM devices WHERE ${where}`)
const document = fc.object({
  key: fc.constantFrom('a', 'tags', '__proto__', 'constructor', 'x y'),
  withNullPrototype: false,
})

test('whatever is asked is answered, or refused with a reason, and changes nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(anyQuery, likelyQuery, fc.string({ maxLength: 300 })),
      fc.array(document),
      (text, documents) => {
        const twins = documents.map((each) => JSON.parse(JSON.stringify({ tags: each })) as JsonObject)
        const before = JSON.stringify(twins)
        try {
          const query = parseQuery(text)
          allRows(
            query,
            twins.filter((twin) => matches(query.where, twin)),
          )
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
          expect((error as Refusal).status).toBe(400)
        }
        expect(JSON.stringify(twins)).toBe(before)
        expect(Object.keys(Object.prototype)).toEqual([])
      },
    ),
    { numRuns: 3000 },
  )
}, 20_000)
