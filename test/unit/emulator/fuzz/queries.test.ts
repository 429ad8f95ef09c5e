import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import { matches } from '../../../../emulator/src/query/evaluate.ts'
import { namedDevices } from '../../../../emulator/src/query/named-devices.ts'
import { parseCondition, parseQuery } from '../../../../emulator/src/query/parse-query.ts'
import { allRows } from '../../../../emulator/src/query/rows.ts'
import { Refusal } from '../../../../emulator/src/errors/refusal.ts'
import { condition, goodQuery, query } from '../../../support/fuzz/query-texts.ts'
import { runs, timeoutInMs } from '../../../support/fuzz/runs.ts'

const document = fc.object({
  key: fc.constantFrom('a', 'tags', '__proto__', 'constructor', 'x y'),
  withNullPrototype: false,
})
const documents = fc
  .array(document, { maxLength: 6 })
  .map((items) => items.map((each) => JSON.parse(JSON.stringify({ deviceId: 'd', tags: each })) as JsonObject))

/** Returns the rows of a query, or undefined if the hub refuses it. */
function answer(text: string, twins: readonly JsonObject[]): JsonObject[] | undefined {
  try {
    const parsed = parseQuery(text)
    return allRows(
      parsed,
      twins.filter((twin) => matches(parsed.where, twin)),
    )
  } catch (error) {
    expectReasonable(error)
    return undefined
  }
}

function expectReasonable(error: unknown): void {
  expect(error).toBeInstanceOf(Refusal)
  expect([400, 412]).toContain((error as Refusal).status)
}

test(
  'the hub answers any query, or refuses it with a reason, and changes nothing',
  () => {
    fc.assert(
      fc.property(query, documents, (text, twins) => {
        const before = JSON.stringify(twins)
        const first = answer(text, twins)
        expect(answer(text, twins)).toEqual(first)
        expect(JSON.stringify(twins)).toBe(before)
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
      runs(300),
    )
  },
  timeoutInMs,
)

test(
  'the hub accepts every query of the grammar, and TOP, ORDER BY, and WHERE return existing rows',
  () => {
    fc.assert(
      fc.property(goodQuery, documents, ({ text, isGrouped }, twins) => {
        const rows = answer(text, twins)
        expect(rows, text).toBeDefined()
        if (!isGrouped) expect(rows?.length).toBeLessThanOrEqual(twins.length)
      }),
      runs(150),
    )
  },
  timeoutInMs,
)

test(
  'the hub accepts or refuses the condition of a job like the condition of a query',
  () => {
    fc.assert(
      fc.property(condition, documents, (text, twins) => {
        let found: boolean[] | undefined
        try {
          const parsed = parseCondition(text)
          found = twins.map((twin) => matches(parsed, twin))
        } catch (error) {
          expectReasonable(error)
        }
        if (text.trim() === '*') return
        const rows = answer(`SELECT * FROM devices WHERE ${text}`, twins)
        if (found !== undefined) expect(rows?.length).toBe(found.filter(Boolean).length)
      }),
      runs(150),
    )
  },
  timeoutInMs,
)

test(
  'a query can have any length up to the limit, and any chain',
  () => {
    const many = Array.from({ length: 250 }, () => '(tags.floor = 3)').join(' AND ')
    const chain = `${'1+'.repeat(3000)}1 > 3000`
    for (const text of [many, chain]) expect(matches(parseCondition(text), { tags: { floor: 3 } })).toBe(true)
  },
  timeoutInMs,
)

const { namingDevices } = fc.letrec<{ namingDevices: string }>((tie) => ({
  namingDevices: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("deviceId = 'a'", "'b' = deviceId", "deviceId IN ['b', 'c', 3]", "deviceId IN ['a', tags.x]"),
    fc.constantFrom('tags.x = 1', "deviceId != 'a'", "deviceId >= 'b'", "deviceId NIN ['a']", "tags.deviceId = 'a'"),
    tie('namingDevices').map((term) => `NOT (${term})`),
    fc
      .tuple(tie('namingDevices'), fc.constantFrom('AND', 'OR'), tie('namingDevices'))
      .map(([one, word, other]) => `(${one}) ${word} (${other})`),
  ),
}))

test(
  'only the devices that a condition names can match it',
  () => {
    const twins = ['a', 'b', 'c', 'd'].flatMap((deviceId) => [
      { deviceId, tags: { x: 1, deviceId: 'a' } },
      { deviceId, tags: { x: deviceId } },
    ])
    fc.assert(
      fc.property(namingDevices, (text) => {
        const where = parseCondition(text)
        const named = namedDevices(where)
        for (const twin of twins) if (matches(where, twin)) expect(named?.has(twin.deviceId) ?? true, text).toBe(true)
      }),
      runs(500),
    )
  },
  timeoutInMs,
)
