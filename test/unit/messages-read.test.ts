import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readMessage } from '../../core/src/messages/message.ts'
import { decodeBag, encodeBag } from '../../core/src/protocol/property-bag.ts'

const read = (bag: string, text = '', input?: string): ReturnType<typeof readMessage> =>
  readMessage({ payload: new TextEncoder().encode(text), text }, bag, input)

describe('A property bag', () => {
  test.each([
    ['', []],
    ['?', []],
    [
      'a=b&c=d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      '?prop1&prop2=&prop3=a%20string/',
      [
        ['prop1', null],
        ['prop2', ''],
        ['prop3', 'a string'],
      ],
    ],
    ['a=b=c', [['a', 'b=c']]],
    [
      'a=50%&%c3%a9=%C3%A9',
      [
        ['a', '50%'],
        ['é', 'é'],
      ],
    ],
    ['&&a&', [['a', null]]],
    ['=x', [['', 'x']]],
    [
      'a=b?c/d&e=f',
      [
        ['a', 'b?c/d'],
        ['e', 'f'],
      ],
    ],
  ])('%o is decoded', (bag, pairs) => {
    expect(decodeBag(bag)).toEqual(pairs)
  })

  test('survives encoding, and no text throws', () => {
    const wellFormed = fc.string({ unit: 'grapheme' })
    const hostile = fc.string({
      unit: fc.constantFrom('%', '&', '=', '?', '/', '$', 'a', '2', 'F', 'c', '3', '{', 'é', '\uD800'),
    })
    const pairs = fc.array(fc.tuple(wellFormed, wellFormed))
    fc.assert(
      fc.property(pairs, (all) => {
        expect(decodeBag(encodeBag(all))).toEqual(all)
      }),
    )
    fc.assert(
      fc.property(hostile, (text) => {
        expect(() => read(text, text)).not.toThrow()
      }),
    )
  })
})

describe('A message', () => {
  test('has its body as bytes, text, and JSON', () => {
    const { bytes, text, json } = read('', '{"a":"é"}')
    expect([Array.from(bytes), text, json]).toEqual([[...Buffer.from('{"a":"é"}')], '{"a":"é"}', { a: 'é' }])
    expect(read('', '{').json).toBeUndefined()
    expect(read('', '').json).toBeUndefined()
  })

  test('has its own bytes', () => {
    const payload = Buffer.from('abc')
    const { bytes } = readMessage({ payload, text: 'abc' }, '', undefined)
    bytes[0] = 0
    expect([String(payload), bytes.constructor]).toEqual(['abc', Uint8Array])
  })

  test('has system properties by readable names, and own properties apart', () => {
    const to = encodeURIComponent('/devices/device1/messages/deviceBound')
    const message = read(
      `%24.to=${to}&%24.mid=m&$.cid=c&%24.uid=u&%24.exp=2030-01-02T03:04:05.0000000Z&%24.ct=text%2Fplain&` +
        '%24.ce=utf-8&%24.ctime=2030-01-02T03:04:05&%24.schema=s&%24.x=7&iothub-ack=full&room=1&empty=&bare',
    )
    expect(message).toMatchObject({
      to: '/devices/device1/messages/deviceBound',
      ...{ messageId: 'm', correlationId: 'c', userId: 'u', contentType: 'text/plain', contentEncoding: 'utf-8' },
      ...{ schema: 's', ack: 'full' },
      expiresAt: new Date('2030-01-02T03:04:05Z'),
      creationTime: new Date('2030-01-02T03:04:05Z'),
    })
    expect(message.properties).toEqual({ room: '1', empty: '', bare: null })
    expect(message.systemProperties).toMatchObject({ '$.x': '7', '$.mid': 'm', 'iothub-ack': 'full' })
    expect(Object.keys(message.systemProperties).filter((name) => !/^(\$\.|iothub-)/.test(name))).toEqual([])
  })

  test('has times in UTC, wherever the device is', () => {
    const { TZ } = process.env
    process.env['TZ'] = 'America/New_York'
    onTestFinished(() => {
      if (TZ === undefined) delete process.env['TZ']
      else process.env['TZ'] = TZ
    })
    expect(new Date(2030, 0, 2).getTimezoneOffset()).toBe(300)
    const timeOf = (text: string): string | undefined => read(`%24.ctime=${text}`).creationTime?.toISOString()
    expect(timeOf('2030-01-02T03:04:05.6789')).toBe('2030-01-02T03:04:05.678Z')
    expect(timeOf('2030-01-02T03:04:05.6789Z')).toBe('2030-01-02T03:04:05.678Z')
    expect(timeOf('2030-01-02T03:04:05%2B01:00')).toBe('2030-01-02T02:04:05.000Z')
  })

  test('of an input has its names', () => {
    expect(read('%24.cdid=device1&%24.cmid=sensor', '', 'temperature')).toMatchObject({
      ...{ input: 'temperature', fromDeviceId: 'device1', fromModuleId: 'sensor' },
    })
  })

  test('without a valid date does not expire', () => {
    expect(read('%24.exp=soon').expiresAt).toBeUndefined()
    expect(read('%24.exp').expiresAt).toBeUndefined()
  })

  test('inherits no property', () => {
    const { properties, messageId } = read('__proto__=x&toString=y')
    expect(Object.entries(properties)).toEqual([
      ['__proto__', 'x'],
      ['toString', 'y'],
    ])
    expect(messageId).toBeUndefined()
  })

  test('has the last of two equal names', () => {
    expect(read('a=1&a=2').properties).toEqual({ a: '2' })
  })
})
