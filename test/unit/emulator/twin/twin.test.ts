import { describe, expect, test } from 'vitest'
import { newTwin, patchTwin, replaceTwin, report } from '../../../../emulator/src/twin/twin.ts'
import { refusalOf } from '../../../support/refusal.ts'

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

describe('the values of a new twin', () => {
  test('are the given values without nulls', () => {
    const twin = newTwin(0, { tags: { t: 1, gone: null }, desired: { a: { b: null }, c: 1 } })
    expect(twin.tags).toStrictEqual({ t: 1 })
    expect(twin.desired.value).toStrictEqual({ a: {}, c: 1 })
    expect(twin.reported.value).toStrictEqual({})
    const at = { $lastUpdated: '1970-01-01T00:00:00.0000000Z' }
    expect(twin.desired.metadata).toStrictEqual({ ...at, a: at, c: at })
  })

  test('may be null for an empty section', () => {
    expect(newTwin(0, { tags: null, desired: null })).toStrictEqual(newTwin(0))
    expect(newTwin(0).tags).toStrictEqual({})
  })
})

describe('null', () => {
  const twin = newTwin(0, { tags: { t: 1 }, desired: { a: { b: 1 }, c: [1] } })

  test('removes all tags in a patch', () => {
    const { twin: next, desiredPatch } = patchTwin(twin, { tags: null }, 0)
    expect([next.tags, next.etag, next.desired, desiredPatch]).toStrictEqual([{}, 2, twin.desired, undefined])
  })

  test('removes every desired property in a patch, and the device gets null for each key at the top', () => {
    const { twin: next, desiredPatch } = patchTwin(twin, { desired: null }, 0)
    expect([next.desired.value, next.tags]).toStrictEqual([{}, { t: 1 }])
    expect(desiredPatch).toStrictEqual({ patch: { a: null, c: null }, version: 2 })
  })

  test.each([{}, { tags: null, desired: null }])('empties both sections in a replacement with %j', (change) => {
    const { twin: next, desiredPatch } = replaceTwin(twin, change, 0)
    expect([next.tags, next.desired.value, next.etag]).toStrictEqual([{}, {}, 2])
    expect(desiredPatch).toStrictEqual({ patch: { a: null, c: null }, version: 2 })
  })

  test('removes keys in a replacement', () => {
    const change = { tags: { t: null, u: 1 }, desired: { a: { b: null } } }
    const { twin: next } = replaceTwin(twin, change, 1000)
    expect([next.tags, next.desired.value]).toStrictEqual([{ u: 1 }, { a: {} }])
    const now = { $lastUpdated: '1970-01-01T00:00:01.0000000Z', $lastUpdatedVersion: 2 }
    expect(next.desired).toStrictEqual({ value: { a: {} }, metadata: { ...now, a: now }, version: 2 })
  })
})

test('a patch of both sections changes both, and raises the etag once', () => {
  const { twin, desiredPatch } = patchTwin(newTwin(0), { tags: { t: 1 }, desired: { a: 1 } }, 0)
  expect([twin.tags, twin.desired.value, twin.etag, desiredPatch?.version]).toStrictEqual([{ t: 1 }, { a: 1 }, 2, 2])
})

describe('a twin refuses', () => {
  const twin = newTwin(0)
  const bad = { a: { $b: null } }
  const big = { a: Array.from({ length: 9 }, () => 'x'.repeat(4096)) }

  test.each([
    ['tags', 'of a new twin', () => newTwin(0, { tags: bad })],
    ['desired', 'of a new twin', () => newTwin(0, { desired: bad })],
    ['tags', 'in a patch', () => patchTwin(twin, { tags: bad }, 0)],
    ['desired', 'in a patch', () => patchTwin(twin, { desired: bad }, 0)],
    ['tags', 'in a replacement', () => replaceTwin(twin, { tags: bad }, 0)],
    ['desired', 'in a replacement', () => replaceTwin(twin, { desired: bad }, 0)],
    ['reported', 'in a report', () => report(twin, bad, 0)],
  ])('bad %s %s', (section, _where, change) => {
    const reason = "a key must not contain control characters, '.', '$', '#', or a space"
    expect(refusalOf(change)).toBe(`ArgumentInvalid: ${section}.a.$b: ${reason}`)
  })

  test.each([
    ['tags', 8192, 'of a new twin', () => newTwin(0, { tags: big })],
    ['desired', 32_768, 'of a new twin', () => newTwin(0, { desired: big })],
    ['tags', 8192, 'in a patch', () => patchTwin(twin, { tags: big }, 0)],
    ['desired', 32_768, 'in a patch', () => patchTwin(twin, { desired: big }, 0)],
    ['tags', 8192, 'in a replacement', () => replaceTwin(twin, { tags: big }, 0)],
    ['desired', 32_768, 'in a replacement', () => replaceTwin(twin, { desired: big }, 0)],
    ['reported', 32_768, 'in a report', () => report(twin, big, 0)],
  ])('%s above %d bytes %s', (section, limit, _where, change) => {
    const size = 1 + 9 * 4096
    expect(refusalOf(change)).toBe(`ArgumentInvalid: ${section} must not exceed ${limit} bytes: would be ${size}`)
  })
})
