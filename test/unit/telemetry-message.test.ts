import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeBag } from '../../core/src/protocol/property-bag.ts'
import { encodeMessage, type MessageOptions, type TelemetryBody } from '../../core/src/telemetry/message.ts'
import { parseBag } from '../../emulator/src/mqtt/property-bag.ts'
import { telemetryBag } from '../../emulator/src/mqtt/topics.ts'

const IDENTITY = { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }

const encode = (body: TelemetryBody, options: MessageOptions = {}): ReturnType<typeof encodeMessage> =>
  encodeMessage(IDENTITY, body, options, 'id')

/** The properties as a hub reads them from the topic. */
const read = (topic: string, of: { deviceId: string; moduleId?: string } = IDENTITY): object =>
  Object.fromEntries(parseBag(telemetryBag(topic, of) ?? expect.unreachable()))

describe('encodeBag()', () => {
  test('is read back by another implementation, for any names and values', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 })
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name, maxLength: 8 }), (pairs) => {
        const bag = encodeBag(pairs)
        expect(bag).toMatch(/^[\w\-.!~*'()%&=]*$/)
        expect([...parseBag(bag)]).toEqual(pairs)
      }),
      { numRuns: Number(process.env['HUBTWIN_FUZZ_RUNS'] ?? 1000) },
    )
  })
})

const CYCLE: { a: unknown[] } = { a: [] }
CYCLE.a.push(CYCLE)

describe('encodeMessage()', () => {
  test('writes every system property under its key', () => {
    const at = new Date('2026-01-02T03:04:05.678Z')
    const { topic } = encode('', {
      messageId: 'm',
      correlationId: 'c',
      userId: 'u',
      to: '/t',
      expiresAt: at,
      contentType: 'text/plain',
      contentEncoding: 'utf-8',
      creationTime: at,
      interfaceId: 'urn:i',
      component: 'thermostat1',
      schema: 's',
      output: 'o',
      properties: { a: 'b c' },
    })
    expect(read(topic)).toEqual({
      '$.mid': 'm',
      '$.cid': 'c',
      '$.uid': 'u',
      '$.to': '/t',
      '$.exp': '2026-01-02T03:04:05.678Z',
      '$.ct': 'text/plain',
      '$.ce': 'utf-8',
      '$.ctime': '2026-01-02T03:04:05.678Z',
      '$.ifid': 'urn:i',
      '$.sub': 'thermostat1',
      '$.schema': 's',
      '$.on': 'o',
      a: 'b c',
    })
  })

  test.each<[string, TelemetryBody, string]>([
    ['an object', { a: [1, null] }, '{"a":[1,null]}'],
    ['an array', [1], '[1]'],
    ['a number', 0, '0'],
    ['null', null, 'null'],
    ['minus zero', { a: -0 }, '{"a":0}'],
    ['any key', { 'a.b $#': 1, '': 2 }, '{"a.b $#":1,"":2}'],
  ])('sends %s as JSON with its type and encoding, unless the app names others', (_, body, payload) => {
    const message = encode(body)
    expect(message.payload).toBe(payload)
    expect(read(message.topic)).toEqual({ '$.mid': 'id', '$.ct': 'application/json', '$.ce': 'utf-8' })
    const other = encode(body, { contentType: 'application/x', contentEncoding: undefined })
    expect(read(other.topic)).toEqual({ '$.mid': 'id', '$.ct': 'application/x', '$.ce': 'utf-8' })
  })

  test('sends text and bytes unchanged, without a type', () => {
    const bytes = new Uint8Array([9, 0, 255, 9])
    expect(encode('{}')).toMatchObject({ payload: '{}', topic: 'devices/device1/messages/events/%24.mid=id' })
    expect(encode(bytes.buffer)).toMatchObject({ payload: bytes, size: 4 + 'id'.length })
    expect(read(encode(bytes).topic)).toEqual({ '$.mid': 'id' })
    expect(encode(bytes.subarray(1, 3)).payload).toEqual(new Uint8Array([0, 255]))
    expect(encode(new DataView(bytes.buffer, 2)).payload).toEqual(new Uint8Array([255, 9]))
  })

  test.each<[string, (bytes: Uint8Array<ArrayBuffer>) => TelemetryBody]>([
    ['a view', (bytes) => bytes],
    ['an ArrayBuffer', ({ buffer }) => buffer],
  ])('copies the bytes of %s, so that the app may reuse its buffer', (_, bodyOf) => {
    const bytes = new Uint8Array([1])
    const { payload } = encode(bodyOf(bytes))
    bytes[0] = 2
    expect(payload).toEqual(new Uint8Array([1]))
  })

  test('takes undefined for the default of an option', () => {
    const { topic } = encode('', { messageId: undefined, userId: undefined, properties: undefined })
    expect(read(topic)).toEqual({ '$.mid': 'id' })
  })

  test('puts the IDs of a device and of a module into the topic', () => {
    const module = { ...IDENTITY, deviceId: 'a+#b', moduleId: 'pump:1' }
    const { topic } = encodeMessage(module, '', {}, 'id')
    expect(topic).toBe('devices/a%2B%23b/modules/pump:1/messages/events/%24.mid=id')
    expect(read(topic, module)).toEqual({ '$.mid': 'id' })
  })

  test('counts the body, the values, and the names of own properties, up to 256 KB', () => {
    const options = { messageId: 'm', properties: { é: 'ß' } }
    expect(encode('ü', options).size).toBe(2 + 1 + 4)
    expect(encode('x'.repeat(262_139), options).size).toBe(262_144)
    expect(() => encode('x'.repeat(262_140), options)).toThrow(
      'Message has 262145 bytes with its properties; the limit is 262144',
    )
  })

  test('lists the known options', () => {
    expect(() => encode('', { messageID: 'a' } as object)).toThrow(
      new TypeError(
        'options has an unknown "messageID"; known are properties, signal, timeoutInMs, messageId, correlationId, ' +
          'userId, to, expiresAt, contentType, contentEncoding, creationTime, interfaceId, component, schema, output',
      ),
    )
  })

  test('fills a topic to the last byte', () => {
    const { length } = encode('', { properties: { a: '' } }).topic
    const encodeWith = (missing: number): string =>
      encode('', { properties: { a: 'x'.repeat(65_535 - length - missing) } }).topic
    expect(encodeWith(0)).toHaveLength(65_535)
    expect(() => encodeWith(-1)).toThrow('Topic has 65536 bytes with its properties; the limit is 65535')
  })

  test('rejects properties that do not fit into a topic', () => {
    const properties = { a: 'ä'.repeat(11_000) }
    expect(() => encode('', { properties })).toThrow(/^Topic has 66\d+ bytes with its properties; the limit is 65535$/)
  })

  test.each<[string, TelemetryBody, object, typeof Error, string | RegExp]>([
    ['no body', undefined as unknown as null, {}, TypeError, 'body is undefined; JSON cannot carry it'],
    ['a function', () => {}, {}, TypeError, /body is a function/],
    ['NaN', { a: [1, { b: NaN }] }, {}, TypeError, 'body.a[1].b is NaN; JSON has finite numbers only'],
    ['undefined in an object', { a: undefined }, {}, TypeError, 'body.a is undefined; JSON cannot carry it'],
    ['a map', { m: new Map() }, {}, TypeError, 'body.m is a Map, not a plain object'],
    ['a date', { d: new Date(NaN) }, {}, TypeError, 'body.d is a Date, not a plain object'],
    ['bytes in JSON', { b: new Uint8Array(1) }, {}, TypeError, 'body.b is a Uint8Array, not a plain object'],
    ['a hole', Array(2), {}, TypeError, 'body[0] is undefined'],
    ['a cycle', CYCLE, {}, TypeError, 'body.a[0] is a cycle'],
    ['a bigint', { a: 1n }, {}, TypeError, 'body.a is a bigint; JSON cannot carry it'],
    ['a lone surrogate in JSON', { a: '\ud800' }, {}, TypeError, /^body\.a is a string with half a surrogate pair/],
    ['a lone surrogate in a key', { '\udfff': 1 }, {}, TypeError, /half a surrogate pair/],
    ['a lone surrogate in text', 'a\ud800', {}, TypeError, /^body is a string with half a surrogate pair/],
    [
      'a lone surrogate in a value',
      '',
      { properties: { a: '\ud800' } },
      TypeError,
      /properties\.a is a string with half/,
    ],
    ['a lone surrogate in a name', '', { properties: { '\ud800': 'a' } }, TypeError, /A name in options\.properties/],
    ['a lone surrogate in an option', '', { userId: '\ud800' }, TypeError, /options\.userId is a string with half/],
    ['an empty message ID', '', { messageId: '' }, RangeError, /messageId is ""; it does not match/],
    ['a long message ID', '', { messageId: 'x'.repeat(129) }, RangeError, /does not match .*1,128/],
    ['a message ID with a space', '', { messageId: 'a b' }, RangeError, /messageId is "a b"/],
    ['a message ID that ends with a line break', '', { messageId: 'a\n' }, RangeError, /messageId is "a\\n"/],
    ['a number as a message ID', '', { messageId: 7 }, TypeError, 'options.messageId is a number, not a string'],
    ['a string as a date', '', { creationTime: 'x' }, TypeError, 'options.creationTime is a string, not a Date'],
    ['a date as a string', '', { userId: new Date(0) }, TypeError, 'options.userId is an object, not a string'],
    ['an invalid date', '', { creationTime: new Date(NaN) }, RangeError, 'options.creationTime is an invalid date'],
    [
      'an unknown option',
      '',
      { messageID: 'a' },
      TypeError,
      /options has an unknown "messageID"; known are properties/,
    ],
    ['an inherited name as an option', '', { constructor: 'a' }, TypeError, /unknown "constructor"/],
    ['no object as properties', '', { properties: 'a=b' }, TypeError, 'options.properties is a string, not an object'],
    ['a system property', '', { properties: { '$.mid': 'a' } }, TypeError, /the name "\$\.mid"/],
    ['an empty name', '', { properties: { '': 'a' } }, TypeError, /a name is not empty/],
    ['an array as properties', '', { properties: [] }, TypeError, 'options.properties is an array, not an object'],
    ['a number as a value', '', { properties: { a: 7 } }, TypeError, 'options.properties.a is a number, not a string'],
  ])('rejects %s', (_, body, options, type, message) => {
    expect(() => encode(body, options)).toThrow(type)
    expect(() => encode(body, options)).toThrow(message)
  })
})
