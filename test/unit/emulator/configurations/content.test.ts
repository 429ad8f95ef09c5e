import { describe, expect, test } from 'vitest'
import { parseContent } from '../../../../emulator/src/configurations/content.ts'
import { refusalOf } from '../../../support/refusal.ts'

const CONTENT = { deviceContent: { 'properties.desired.a': 1 } }

describe('parseContent()', () => {
  test('makes a patch of the desired properties for each path', () => {
    const deviceContent = {
      'properties.desired': { a: 1 },
      'properties.desired.b': 2,
      'properties.desired.c.d.e': null,
    }
    expect(parseContent({ deviceContent, moduleContent: null, modulesContent: null })).toStrictEqual({
      kind: 'deviceContent',
      settings: [
        { path: 'properties.desired', patch: { a: 1 } },
        { path: 'properties.desired.b', patch: { b: 2 } },
        { path: 'properties.desired.c.d.e', patch: { c: { d: { e: null } } } },
      ],
    })
    expect(parseContent({ moduleContent: { 'properties.desired.b': 2 } }).kind).toBe('moduleContent')
  })

  const oneKind = 'content must have either deviceContent or moduleContent'
  const noValue = (kind: string): string =>
    `${kind} must have a value for a twin path such as properties.desired.firmware`

  test.each([
    [{}, oneKind],
    [{ deviceContent: null }, oneKind],
    [{ other: {} }, oneKind],
    [{ ...CONTENT, moduleContent: CONTENT.deviceContent }, oneKind],
    [{ deviceContent: {} }, noValue('deviceContent')],
    [{ moduleContent: [1] }, noValue('moduleContent')],
    [{ deviceContent: { 'properties.desired': 1 } }, 'properties.desired must be an object'],
    [{ deviceContent: { 'tags.a': 1 } }, 'tags.a must start with properties.desired'],
    [{ deviceContent: { 'properties.desiredx': 1 } }, 'properties.desiredx must start with properties.desired'],
    [{ deviceContent: { 'properties.desired.': 1 } }, 'desired.: a key must have 1 to 1024 bytes'],
    [
      { deviceContent: { 'properties.desired.a': { 'b.c': 1 } } },
      "desired.a.b.c: a key must not contain control characters, '.', '$', '#', or a space",
    ],
    [
      { deviceContent: { 'properties.desired.a': Array.from({ length: 9 }, () => 'x'.repeat(4096)) } },
      'desired must not exceed 32768 bytes: would be 36865',
    ],
  ])('refuses the content %#', (given, message) => {
    expect(refusalOf(() => parseContent(given))).toBe(`InvalidConfigurationContent: ${message}`)
  })

  test('refuses IoT Edge modules as a missing feature', () => {
    expect(refusalOf(() => parseContent({ modulesContent: {} }))).toBe(
      'NotImplemented: This hub does not implement "deploys IoT Edge modules (modulesContent)" (azure-iothub): needs an edge runtime; configurations of devices and modules work',
    )
  })
})
