import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decoded, formatBag, parseBag } from '../../../../emulator/src/mqtt/property-bag.ts'

describe('a property bag', () => {
  test('can be read again after it is written, for any text', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(fc.dictionary(text, fc.option(text), { noNullPrototype: true }), (properties) => {
        // An empty key without a value leaves nothing in the topic.
        const pairs = Object.entries(properties).filter(([key, value]) => key !== '' || value !== null)
        const bag = formatBag(pairs)
        expect([...parseBag(bag)]).toEqual(pairs)
        expect(bag).not.toMatch(/[/+#]/)
      }),
    )
  })

  test.each([
    ['', []],
    ['a', [['a', null]]],
    ['a=', [['a', '']]],
    [
      'a=b=c&&d',
      [
        ['a', 'b=c'],
        ['d', null],
      ],
    ],
    [
      'a=50%&%zz=1',
      [
        ['a', '50%'],
        ['%zz', '1'],
      ],
    ],
    ['a=1&a=2', [['a', '2']]],
    ['=', [['', '']]],
    [
      '=&a',
      [
        ['', ''],
        ['a', null],
      ],
    ],
    ['&', []],
    [
      '?a=1&?b=2',
      [
        ['a', '1'],
        ['?b', '2'],
      ],
    ],
    [
      '%24.mid=%c3%a9&$.cid=%C3%A9',
      [
        ['$.mid', 'é'],
        ['$.cid', 'é'],
      ],
    ],
  ])('%j is read as %j', (bag, pairs) => {
    expect([...parseBag(bag)]).toEqual(pairs)
  })
})

test('formatBag() encodes keys and values, and writes null as a key alone', () => {
  const properties: [string, string | null][] = [
    ['a b', '1&2'],
    ['c=', null],
    ['d', ''],
  ]
  expect(formatBag(properties)).toBe('a%20b=1%262&c%3D&d=')
})

test('decoded() removes percent-encoding, and keeps text that has another use of %', () => {
  expect(['a%20b', '50%', '%zz', '%c3%a9'].map(decoded)).toEqual(['a b', '50%', '%zz', 'é'])
})
