import { describe, expect, test } from 'vitest'
import { isDeviceId } from '../../../../service/src/tokens/base/device-id.ts'
import { isLoopback } from '../../../../service/src/tokens/base/loopback.ts'
import { printable } from '../../../../service/src/tokens/base/printable.ts'
import { auditLine } from '../../../../service/src/tokens/http/audit.ts'
import { checkOrigin } from '../../../../service/src/tokens/http/origin.ts'
import { enrollmentOf, newId, renewedId } from '../../../../service/src/tokens/jwt/token-id.ts'

describe('printable()', () => {
  test.each([
    ['', ''],
    ['kiosk-7 é 😀', 'kiosk-7 é 😀'],
    ['\u0007', '\\u0007'],
    ['\u001b[2J', '\\u001b[2J'],
    ['\u009b', '\\u009b'],
    ['a\u202eb\u2066', 'a\\u202eb\\u2066'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['\ud83d', '\\ud83d'],
    ['\u{e0001}', '\\udb40\\udc01'],
  ])('makes %j safe', (text, expected) => {
    expect(printable(text)).toBe(expected)
  })

  test('keeps the meaning of a line of JSON', () => {
    const line = auditLine({ time: 't', event: 'token', outcome: 'ok', subject: 'a\u202e"\n' })
    expect(line).toBe('{"time":"t","event":"token","outcome":"ok","subject":"a\\u202e\\"\\n"}')
    expect(JSON.parse(line)).toMatchObject({ subject: 'a\u202e"\n' })
  })
})

describe('isDeviceId()', () => {
  test.each(['a', '0', "-.+%_#*?!(),:;=@$'", '...', 'x'.repeat(128)])('accepts %j', (text) => {
    expect(isDeviceId(text)).toBe(true)
  })

  test.each(['', '.', '..', 'a b', ' a', 'a ', 'a/b', 'é', 'a\n', 'x'.repeat(129)])('rejects %j', (text) => {
    expect(isDeviceId(text)).toBe(false)
  })
})

describe('isLoopback()', () => {
  test.each(['localhost', '[::1]', '127.0.0.1', '127.255.10.1'])('accepts %s', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  test.each([
    '',
    '::1',
    'localhost.evil.example',
    '127.0.0',
    '127.0.0.1.evil',
    'x127.0.0.1',
    '127.0.0.1234',
    '128.0.0.1',
  ])('rejects %j', (host) => {
    expect(isLoopback(host)).toBe(false)
  })
})

describe('checkOrigin()', () => {
  test.each([
    'https://kiosk.example',
    'https://kiosk.example:8443',
    'https://[2001:db8::7]',
    'http://localhost:5173',
    'http://127.0.0.1:8787',
    'http://[::1]:8787',
    'capacitor://localhost',
    'app://kiosk',
    'xfile://kiosk',
  ])('returns %s', (origin) => {
    expect(checkOrigin(origin)).toBe(origin)
  })

  const expected = '; expected an origin such as "https://kiosk.example", without a path'
  test.each([
    ['https://*.example.com', '; wildcards never match, so name each origin'],
    ['*', '; wildcards never match, so name each origin'],
    ['http://kiosk.example', ' without TLS; http is only for this machine, so use https'],
    ['https://kiosk.example/', expected],
    ['https://KIOSK.example', expected],
    ['https://user@kiosk.example', expected],
    ['capacitor://', expected],
    ['capacitor:localhost', expected],
    ['kiosk.example', expected],
    ['', expected],
    ...['ws', 'wss', 'ftp', 'blob', 'data', 'about', 'javascript', 'file'].map((scheme) => [
      `${scheme}://kiosk`,
      expected,
    ]),
  ] as [string, string][])('rejects %j', (origin, problem) => {
    expect(() => checkOrigin(origin)).toThrow(new TypeError(`Origin is ${JSON.stringify(origin)}${problem}`))
  })
})

describe('the ID of a JWT', () => {
  const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e'

  test('renewals of an enrollment have different IDs that lead back to the first', () => {
    const first = newId()
    const second = renewedId(first)
    const third = renewedId(second)
    expect(new Set([first, second, third]).size).toBe(3)
    expect(second).toMatch(new RegExp(`^${first}~[0-9a-f]{8}$`))
    expect(third).toMatch(new RegExp(`^${first}~[0-9a-f]{8}$`))
    expect([first, second, third].map(enrollmentOf)).toEqual([first, first, first])
  })

  test.each([
    'kiosk-7',
    `x${uuid}~0123abcd`,
    `${uuid}~0123abcde`,
    `${uuid}~0123abc`,
    `${uuid}~0123abcg`,
    `${uuid.slice(1)}~0123abcd`,
    `${uuid.replace('-', '')}~0123abcd`,
    `${uuid.toUpperCase()}~0123abcd`,
  ])('other text, such as %s, stays as it is', (text) => {
    expect(enrollmentOf(text)).toBe(text)
  })
})
