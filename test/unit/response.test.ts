import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { readDocument, readDesiredPatch, statusError } from '../../core/src/protocol/response.ts'

function codeOf(result: unknown): unknown {
  return result instanceof TwinError ? result.code : result
}

describe('statusError()', () => {
  test.each([200, 202, 204, 299])('treats %i as success', (status) => {
    expect(statusError({ status: status, body: '' }, 'Report')).toBeUndefined()
  })

  test.each([
    [undefined, undefined],
    [0, undefined],
    [7, 7000],
    [3600, 3_600_000],
    [9999, 3_600_000],
  ])('limits the hint to wait of %s s to an hour: %s ms', (retryAfterInSeconds, retryAfterInMs) => {
    const hint = retryAfterInSeconds === undefined ? {} : { retryAfterInSeconds }
    const error = statusError({ status: 429, body: '', ...hint }, 'Report')
    expect(error?.message).toBe('Report failed with status 429')
    expect(error?.retryAfterInMs).toBe(retryAfterInMs)
  })

  test('shortens a long message, and leaves out what is no text', () => {
    const body = JSON.stringify({ errorCode: true, message: 'x'.repeat(301), trackingId: 7 })
    expect(statusError({ status: 400, body }, 'Report')?.message).toBe(
      `Report failed with status 400: ${'x'.repeat(300)} 7`,
    )
    const cut = JSON.stringify({ message: 'too long', more: 'x'.repeat(1024 * 1024) })
    expect(statusError({ status: 400, body: cut }, 'Report')?.message).toBe('Report failed with status 400')
  })

  test.each([
    [400, 'ERR_BAD_REQUEST', false],
    [401, 'ERR_UNAUTHORIZED', true],
    [403, 'ERR_UNAUTHORIZED', true],
    [404, 'ERR_BAD_REQUEST', false],
    [412, 'ERR_BAD_REQUEST', false],
    [429, 'ERR_THROTTLED', true],
    [500, 'ERR_HUB', true],
    [503, 'ERR_HUB', true],
    [0, 'ERR_PROTOCOL', true],
    [300, 'ERR_PROTOCOL', true],
    [302, 'ERR_PROTOCOL', true],
    [599, 'ERR_HUB', true],
    [600, 'ERR_PROTOCOL', true],
    [999, 'ERR_PROTOCOL', true],
  ])('translates %i to %s, with and without a body', (status, code, retriable) => {
    for (const body of ['', '{"errorCode":1,"message":"told"}']) {
      expect(statusError({ status: status, body: body }, 'Report')).toMatchObject({ code, status, retriable })
    }
  })

  test('repeats the hub’s message', () => {
    const body = '{"errorCode":400004,"trackingId":"T1","message":"Too deep","timestampUtc":"…"}'
    expect(statusError({ status: 400, body: body }, 'Report')?.message).toBe(
      'Report failed with status 400: 400004 Too deep T1',
    )
  })

  test.each(['', 'nonsense', '[]', '{"message":{}}', `{"message":"${'x'.repeat(2_000_000)}"}`])(
    'is short for a body that is no error: %.20s',
    (body) => {
      expect(statusError({ status: 500, body: body }, 'Report')?.message.length).toBeLessThan(1000)
    },
  )
})

describe('readDocument()', () => {
  test('returns both sections without their $-keys, frozen', () => {
    const body = '{"desired":{"a":{"b":1},"$version":4,"$metadata":{}},"reported":{"$version":2}}'
    const document = readDocument(body)
    expect(document).toEqual({ desired: { a: { b: 1 } }, reported: {}, versions: { desired: 4, reported: 2 } })
    expect('desired' in document && Object.isFrozen(document.desired['a'])).toBe(true)
  })

  test.each([
    '',
    'null',
    '[]',
    '{}',
    '{"desired":{"$version":1}}',
    '{"desired":{},"reported":{"$version":1}}',
    '{"desired":{"$version":"1"},"reported":{"$version":1}}',
    '{"desired":{"$version":-1},"reported":{"$version":1}}',
    '{"desired":{"$version":1.5},"reported":{"$version":1}}',
    '{"desired":[],"reported":{"$version":1}}',
    '{"desired":null,"reported":{"$version":1}}',
    `{"desired":{"$version":1,"a":"${'x'.repeat(1024 * 1024)}"},"reported":{"$version":1}}`,
    `{"desired":{"$version":1,"a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}},"reported":{"$version":1}}`,
  ])('returns ERR_PROTOCOL for %.60s', (body) => {
    expect(codeOf(readDocument(body))).toBe('ERR_PROTOCOL')
  })
})

describe('ERR_PROTOCOL', () => {
  const long = `{"a":"${'x'.repeat(1024 * 1024)}"}`
  test.each<[string, () => unknown, string]>([
    ['a long twin', () => readDocument(long), `Twin is malformed: Body has ${long.length} characters`],
    ['no JSON', () => readDocument('{'), 'Twin is malformed: Body is not JSON (1 characters)'],
    [
      'no desired',
      () => readDocument('{"reported":{"$version":1}}'),
      'Twin is malformed: desired is undefined, not an object',
    ],
    [
      'no reported',
      () => readDocument('{"desired":{"$version":1}}'),
      'Twin is malformed: reported is undefined, not an object',
    ],
    ['no version', () => readDocument('{"desired":{}}'), 'desired has no $version that is a count'],
    [
      'an odd version of reported',
      () => readDocument('{"desired":{"$version":1},"reported":{"$version":-1}}'),
      'reported has no $version that is a count',
    ],
    ['a long patch', () => readDesiredPatch(long, 1), `Desired patch is malformed: Body has ${long.length} characters`],
    ['no patch', () => readDesiredPatch('7', 1), 'Desired patch is malformed: Body is a number, not an object'],
    ['no version of a patch', () => readDesiredPatch('{}', undefined), 'patch has no $version that is a count'],
    [
      'two versions',
      () => readDesiredPatch('{"$version":5}', 6),
      'Desired patch is malformed: version 5 is in its body and 6 in its topic',
    ],
  ])('says that it found %s', (_, read, message) => {
    expect(codeOf(read())).toBe('ERR_PROTOCOL')
    expect(String(read())).toContain(message)
  })

  test('is no error of a body at the limit, nor of version 0', () => {
    const empty = '{"$version":0,"a":""}'
    const body = empty.replace('""', `"${'x'.repeat(1024 * 1024 - empty.length)}"`)
    expect(readDesiredPatch(body, 0)).toMatchObject({ version: 0 })
  })
})

describe('readDesiredPatch()', () => {
  test('reads the version from the body, or from the topic when the body has none', () => {
    expect(readDesiredPatch('{"a":null,"$version":5}', 5)).toEqual({ version: 5, properties: { a: null } })
    expect(readDesiredPatch('{"a":1}', 6)).toEqual({ version: 6, properties: { a: 1 } })
    expect(readDesiredPatch('{"a":1,"$version":7}', undefined)).toEqual({ version: 7, properties: { a: 1 } })
  })

  test.each<[string, number | undefined]>([
    ['{"a":1}', undefined],
    ['{"a":1,"$version":5}', 6],
    ['{"a":1,"$version":{}}', 6],
    ['not json', 6],
    ['', 6],
  ])('returns ERR_PROTOCOL for %s with version %s in the topic', (body, version) => {
    expect(codeOf(readDesiredPatch(body, version))).toBe('ERR_PROTOCOL')
  })
})
