import { describe, expect, test } from 'vitest'
import {
  type CloudMessageRequest,
  checkOwn,
  checkRoom,
  checkStored,
  checkUnicode,
  newCloudMessage,
  packetIdOf,
  parseCloudMessage,
} from '../../../../emulator/src/messages/cloud-message.ts'
import { refusalOf } from '../../../support/refusal.ts'

const DEVICE = { deviceId: 'd' }
const FRESH = { now: 1000, sequenceNumber: 7, uuid: 'a-uuid' }
const TO = '%24.to=%2Fdevices%2Fd%2Fmessages%2FdeviceBound'
const TOO_LARGE = 'RequestEntityTooLarge: A message and its properties must not exceed 65536 bytes'

describe('newCloudMessage()', () => {
  test('gives an empty request an ID, an hour to live, and no body', () => {
    expect(newCloudMessage(DEVICE, {}, FRESH)).toStrictEqual({
      sequenceNumber: 7,
      messageId: 'a-uuid',
      bag: `%24.mid=a-uuid&${TO}`,
      body: '',
      enqueuedAt: 1000,
      expiresAt: 3_601_000,
      deliveryCount: 0,
    })
  })

  test('takes every field of the request', () => {
    const request: CloudMessageRequest = {
      body: 'é',
      properties: { 'a b': '1', c: null },
      messageId: 'm',
      correlationId: 'k',
      userId: 'u',
      contentType: 'text/plain',
      contentEncoding: 'utf-8',
      expiryTimeUtc: '1970-01-01T00:01:00Z',
      ack: 'full',
    }
    const system =
      '%24.cid=k&%24.uid=u&%24.ct=text%2Fplain&%24.ce=utf-8&%24.exp=1970-01-01T00%3A01%3A00.000Z&iothub-ack=full'
    expect(newCloudMessage(DEVICE, request, FRESH)).toStrictEqual({
      sequenceNumber: 7,
      messageId: 'm',
      bag: `%24.mid=m&${TO}&${system}&a%20b=1&c`,
      body: 'w6k=',
      enqueuedAt: 1000,
      expiresAt: 60_000,
      deliveryCount: 0,
    })
  })

  test('sends bytes as they are, and asks for no feedback by default', () => {
    const { body, bag } = newCloudMessage(DEVICE, { body: new Uint8Array([255, 0]), ack: 'none' }, FRESH)
    expect([body, bag]).toEqual(['/wA=', `%24.mid=a-uuid&${TO}`])
  })

  test.each([
    [{ expiryTimeUtc: 'soon' }, 'expiryTimeUtc must be an ISO 8601 time'],
    [{ ack: 'maybe' }, 'ack must be none, positive, negative, full'],
    [{ properties: { $a: '1' } }, 'The name of a property must not be empty or start with $'],
    [{ properties: { '': '1' } }, 'The name of a property must not be empty or start with $'],
    [{ properties: { 'iothub-ack': 'full' } }, 'iothub-ack is not a property of the app; use ack'],
    [{ properties: { 'a\ud800': '1' } }, 'Properties must be valid Unicode'],
    [{ properties: { a: '\udc00' } }, 'Properties must be valid Unicode'],
    [{ messageId: '\ud800' }, 'Properties must be valid Unicode'],
  ])('refuses %j', (request, message) => {
    expect(refusalOf(() => newCloudMessage(DEVICE, request as CloudMessageRequest, FRESH))).toBe(
      `ArgumentInvalid: ${message}`,
    )
  })

  test('limits the body with the app’s names and all values to 64 KB', () => {
    // The values of $.mid and $.to count, and so does the property with its name.
    const most = 65_536 - 'a-uuid'.length - '/devices/d/messages/deviceBound'.length - 'name=é'.length
    const size = (bytes: number): string | undefined =>
      refusalOf(() => newCloudMessage(DEVICE, { body: 'x'.repeat(bytes), properties: { name: 'é' } }, FRESH))
    expect([size(most), size(most + 1)]).toEqual([undefined, TOO_LARGE])
  })

  test('limits the topic to 65,535 bytes, although escapes do not count toward the size', () => {
    const withValue = (length: number): string | undefined =>
      refusalOf(() => newCloudMessage(DEVICE, { properties: { a: ' '.repeat(length) } }, FRESH))
    expect([withValue(21_000), withValue(22_000)]).toEqual([undefined, TOO_LARGE])
  })
})

test('checkOwn() returns the properties as pairs', () => {
  expect(checkOwn({ a: '1', b: null })).toStrictEqual([
    ['a', '1'],
    ['b', null],
  ])
})

test('checkUnicode() returns valid pairs, with pairs of surrogates and null', () => {
  const pairs: [string, string | null][] = [
    ['a', '😀'],
    ['b', null],
  ]
  expect(checkUnicode(pairs)).toBe(pairs)
})

describe('checkStored()', () => {
  test('accepts a bag as the hub writes it, and refuses any other sign', () => {
    const check = (bag: string): string | undefined => refusalOf(() => checkStored(DEVICE, { bag, body: '' }))
    for (const bag of ['', "aZ09-_.!~*'()%20=b&c"]) expect(check(bag)).toBeUndefined()
    for (const bag of ['a b', 'a/b', '#', 'a=+', '/a=1', 'a=1/', 'é']) {
      expect(check(bag)).toBe('ArgumentInvalid: bag must be percent-encoded properties')
    }
  })

  test('limits the size', () => {
    const check = (bytes: number): string | undefined =>
      refusalOf(() => checkStored(DEVICE, { bag: 'a=%20', body: Buffer.alloc(bytes).toString('base64') }))
    expect([check(65_534), check(65_535)]).toEqual([undefined, TOO_LARGE])
  })
})

test('checkRoom() allows 50 messages', () => {
  expect(refusalOf(() => checkRoom(49))).toBeUndefined()
  expect(refusalOf(() => checkRoom(50))).toBe(
    'DeviceMaximumQueueDepthExceeded: The queue of a device has at most 50 messages',
  )
})

test('packet identifiers start again after 65,535, and are never 0', () => {
  const ids = [1, 65535, 65536, 131070, 131071].map((sequenceNumber) => packetIdOf({ sequenceNumber }))
  expect(ids).toEqual([1, 65535, 1, 65535, 1])
})

describe('parseCloudMessage()', () => {
  test.each([
    [{}, { body: '' }],
    [{ body: 'é', unknown: 1 }, { body: 'é' }],
    [{ body: 'x', bodyBase64: '/wA=' }, { body: Buffer.from([255, 0]) }],
    [{ bodyBase64: '' }, { body: Buffer.alloc(0) }],
    [{ bodyBase64: 'aa==' }, { body: Buffer.from('i') }],
    [{ properties: { a: '', b: null } }, { body: '', properties: { a: '', b: null } }],
    [{ messageId: null, ack: null }, { body: '' }],
    [
      { messageId: 'm', correlationId: 'k', userId: 'u', contentType: 't', contentEncoding: 'e', expiryTimeUtc: 'x' },
      {
        body: '',
        messageId: 'm',
        correlationId: 'k',
        userId: 'u',
        contentType: 't',
        contentEncoding: 'e',
        expiryTimeUtc: 'x',
      },
    ],
    [{ ack: 'full' }, { body: '', ack: 'full' }],
  ])('reads %j', (json, request) => {
    expect(parseCloudMessage(json)).toStrictEqual({ properties: {}, ...request })
  })

  const badProperties = 'properties must be an object of strings and null'

  test.each([
    [[], 'The request must be a JSON object'],
    [{ properties: null }, badProperties],
    [{ properties: ['a'] }, badProperties],
    [{ properties: { a: '1', b: 2 } }, badProperties],
    [{ body: 1 }, 'body must be a string'],
    [{ bodyBase64: 1 }, 'bodyBase64 must be base64'],
    [{ bodyBase64: ['AAAA'] }, 'bodyBase64 must be base64'],
    [{ bodyBase64: '*AAA' }, 'bodyBase64 must be base64'],
    [{ bodyBase64: 'AAA=*' }, 'bodyBase64 must be base64'],
    [{ bodyBase64: 'A===' }, 'bodyBase64 must be base64'],
    [{ messageId: '' }, 'messageId must be a string that is not empty'],
    [{ ack: 1 }, 'ack must be a string that is not empty'],
  ])('refuses %j', (json, message) => {
    expect(refusalOf(() => parseCloudMessage(json))).toBe(`ArgumentInvalid: ${message}`)
  })
})
