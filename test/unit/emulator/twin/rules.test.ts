import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import { ifMatchHolds, twinEtag } from '../../../../emulator/src/formats/etag.ts'
import { checkSize, checkValues, sizeOf } from '../../../../emulator/src/twin/limits.ts'
import { merge, replacementPatch } from '../../../../emulator/src/twin/merge.ts'
import { newTwin, patchTwin, replaceTwin, report } from '../../../../emulator/src/twin/twin.ts'

const { vectors } = JSON.parse(readFileSync(new URL('../../../vectors/patches.json', import.meta.url), 'utf8')) as {
  vectors: { name: string; target: JsonObject; patch: JsonObject; result: JsonObject }[]
}

describe('merge()', () => {
  test.each(vectors)('$name', ({ target, patch, result }) => {
    // Compares texts, because a comparison of values would ignore `__proto__`.
    expect(JSON.stringify(sorted(merge(target, patch)))).toBe(JSON.stringify(sorted(result)))
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('replacementPatch()', () => {
  test('contains every key of the new document, and null for removed keys', () => {
    const patch = replacementPatch({ a: 1, b: { c: 1, d: 2 }, e: [1] }, { b: { c: 1, f: 3 }, e: [1] })
    expect(patch).toEqual({ a: null, b: { c: 1, d: null, f: 3 }, e: [1] })
  })
})

describe('checkValues()', () => {
  const nested = (depth: number): JsonObject => (depth === 0 ? { leaf: 1 } : { level: nested(depth - 1) })

  test('accepts ten levels and refuses eleven', () => {
    expect(() => checkValues('desired', nested(10))).not.toThrow()
    expect(() => checkValues('desired', nested(11))).toThrow(/deeper than 10/)
  })

  test.each([
    ['a dot in a key', { 'a.b': 1 }],
    ['a dollar in a key', { $version: 1 }],
    ['a space in a key', { 'a b': 1 }],
    ['a number sign in a key', { 'a#b': 1 }],
    ['a C0 control character in a key', { 'a\u0007': 1 }],
    ['the last C0 control character in a key', { 'a\u001f': 1 }],
    ['DEL in a key', { 'a\u007f': 1 }],
    ['a C1 control character in a key', { 'a\u0085': 1 }],
    ['an empty key', { '': 1 }],
    ['a key of more than 1 KB', { ['k'.repeat(1025)]: 1 }],
    ['a text of more than 4 KB', { a: 'x'.repeat(4097) }],
    ['an integer above the range', { a: 4503599627370496 }],
    ['an integer below the range', { a: -4503599627370497 }],
    ['an integer of 21 digits', { a: 1e20 }],
    ['null in an array', { a: [null] }],
    ['null in an object in an array', { a: [{ b: null }] }],
    ['a bad key in an object in an array', { a: [{ 'b.c': 1 }] }],
    ['arrays nested too deep', JSON.parse(`{"a":${'['.repeat(11)}${']'.repeat(11)}}`) as JsonObject],
  ])('refuses %s', (_name, patch) => {
    expect(() => checkValues('reported', patch as JsonObject)).toThrow(/^reported\./)
  })

  test.each([
    ['the largest integer', { a: 4503599627370495 }],
    ['the least integer', { a: -4503599627370496 }],
    ['a fraction', { a: 0.1 }],
    ['other signs and white space in a key', { "!%&'()*+,-/:;<=>?@[]^_`{|}~\u00a0": 1 }],
    ['a double that is written with an exponent', { a: [1.5e300, -1e21] }],
    ['a key of 1 KB', { ['k'.repeat(1024)]: 1 }],
    ['a text of 4 KB', { a: 'x'.repeat(4096) }],
    ['null anywhere else', { a: { b: null }, c: null }],
    ['an array of objects', { a: [{ b: 1 }, [true]] }],
  ])('takes %s', (_name, patch) => {
    expect(() => checkValues('reported', patch)).not.toThrow()
  })
})

describe('checkSize()', () => {
  const big = (size: number): JsonObject =>
    Object.fromEntries(Array.from({ length: size / 8 }, (_, at) => [key(at), 4]))
  const key = (at: number): string => String(at).padStart(4, '0')

  test('counts 8 for a number, 4 for a boolean, and the characters of keys and texts', () => {
    expect(sizeOf({ ab: 1, c: true, d: 'é\u0000x', e: { f: [1, 'y'] } })).toBe(2 + 8 + 1 + 4 + 1 + 2 + 1 + 1 + 8 + 1)
  })

  test('refuses to grow past the limit, and allows a section above the limit to shrink', () => {
    const over = { ...big(32768), x: 1 }
    expect(() => checkSize('desired', {}, over)).toThrow(/must not exceed 32768 bytes/)
    expect(() => checkSize('desired', { ...over, y: 1 }, over)).not.toThrow()
    expect(() => checkSize('tags', {}, big(8192))).toThrow(/must not exceed 8192 bytes/)
  })
})

describe('a twin', () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

  test('starts with both versions at 1 and no $lastUpdatedVersion', () => {
    const twin = newTwin(at)
    expect([twin.etag, twin.desired.version, twin.reported.version]).toEqual([1, 1, 1])
    expect(twin.desired.metadata).toEqual({ $lastUpdated: '2026-01-02T03:04:05.6780000Z' })
  })

  test('counts an equal value and an empty patch as updates', () => {
    const once = report(newTwin(at), { a: 1 }, at)
    expect(report(report(once, { a: 1 }, at), {}, at).reported.version).toBe(4)
  })

  test('keeps the metadata of unchanged keys, and updates the parents of a removed key', () => {
    const first = patchTwin(newTwin(0), { desired: { a: { b: 1, c: 2 }, d: 3 } }, 0).twin
    const { metadata } = patchTwin(first, { desired: { a: { b: null } } }, at).twin.desired
    const old = { $lastUpdated: '1970-01-01T00:00:00.0000000Z', $lastUpdatedVersion: 2 }
    const now = { $lastUpdated: '2026-01-02T03:04:05.6780000Z', $lastUpdatedVersion: 3 }
    expect(metadata).toEqual({ ...now, a: { ...now, c: old }, d: old })
  })

  test('gives reported metadata no version', () => {
    expect(report(newTwin(at), { a: 1 }, 0).reported.metadata).toEqual({
      $lastUpdated: '1970-01-01T00:00:00.0000000Z',
      a: { $lastUpdated: '1970-01-01T00:00:00.0000000Z' },
    })
  })

  test('changes its etag with tags and desired, not with reported', () => {
    const twin = newTwin(at)
    expect(report(twin, { a: 1 }, at).etag).toBe(1)
    expect(patchTwin(twin, { tags: { a: 1 } }, at)).toMatchObject({ twin: { etag: 2, desired: { version: 1 } } })
    expect(patchTwin(twin, { tags: { a: 1 } }, at).desiredPatch).toBeUndefined()
    expect(patchTwin(twin, { desired: {} }, at).twin).toMatchObject({ etag: 2, desired: { version: 2 } })
    expect(patchTwin(twin, {}, at).twin).toBe(twin)
  })

  test('notifies with the same patch, and after a replacement with the removed keys', () => {
    const first = patchTwin(newTwin(at), { desired: { a: 1, b: null } }, at)
    expect(first.desiredPatch).toEqual({ patch: { a: 1, b: null }, version: 2 })
    expect(replaceTwin(first.twin, { desired: { c: 2 } }, at).desiredPatch).toEqual({
      patch: { a: null, c: 2 },
      version: 3,
    })
  })
})

describe('ifMatchHolds()', () => {
  test.each([undefined, '*', '"*"', 'AAAAAAAAAAE=', '"AAAAAAAAAAE="', '"x", "AAAAAAAAAAE="'])(
    'holds for %s',
    (header) => {
      expect(ifMatchHolds(header, twinEtag(1))).toBe(true)
    },
  )

  test.each(['', '""', '"AAAAAAAAAAI="'])('does not hold for %j', (header) => {
    expect(ifMatchHolds(header, twinEtag(1))).toBe(false)
  })
})

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).map(([key, each]): [string, unknown] => [key, sorted(each)])
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
