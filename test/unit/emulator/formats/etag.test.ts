import { describe, expect, test } from 'vitest'
import { identityEtag, ifMatchHolds, twinEtag } from '../../../../emulator/src/formats/etag.ts'

test('etags are base64 of a counter: of 8 bytes for a twin, of its digits for an identity', () => {
  expect([twinEtag(1), twinEtag(256), identityEtag(42)]).toEqual(['AAAAAAAAAAE=', 'AAAAAAAAAQA=', 'NDI='])
})

describe('ifMatchHolds()', () => {
  test.each([
    undefined,
    '*',
    '"*"',
    'AAAAAAAAAAE=',
    '"AAAAAAAAAAE="',
    'W/"AAAAAAAAAAE="',
    'W/AAAAAAAAAAE=',
    '"x", "AAAAAAAAAAE="',
    ' "AAAAAAAAAAE=" ',
    '"AAAAAAAAAAE=","x"',
  ])('holds for %s', (header) => {
    expect(ifMatchHolds(header, twinEtag(1))).toBe(true)
  })

  test.each([
    '',
    '""',
    '"AAAAAAAAAAI="',
    '"AAAAAAAAAAE=',
    'AAAAAAAAAAE="',
    'x"AAAAAAAAAAE="',
    '"AAAAAAAAAAE="x',
    'AAAAW/AAAAAAE=',
    'AAAA"AAAAAAE="',
    '"AAAAAAAA"AAE=',
    '""AAAAAAAAAAE=""',
  ])('does not hold for %j', (header) => {
    expect(ifMatchHolds(header, twinEtag(1))).toBe(false)
  })
})
