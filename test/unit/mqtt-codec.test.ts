import fc from 'fast-check'
import { generate, parser, type Packet } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import type { ReceivedPacket } from '../../core/src/protocol/mqtt-decode.ts'
import {
  DISCONNECT,
  encodeConnect,
  encodePuback,
  encodePublish,
  encodeSubscribe,
  encodeUnsubscribe,
  join,
  PINGREQ,
} from '../../core/src/protocol/mqtt-encode.ts'
import { createPacketReader } from '../../core/src/protocol/mqtt-reader.ts'

const text = (minLength = 0): fc.Arbitrary<string> =>
  fc.string({ unit: 'grapheme', minLength, maxLength: 40 }).filter((value) => !value.includes('\0'))
const packetId = fc.integer({ min: 1, max: 0xffff })
/** The longer ones have a remaining length of two and three bytes. */
const payload = fc.oneof(
  { weight: 20, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 16_300, maxLength: 16_500 }) },
)

/** Parses the bytes with mqtt-packet, and keeps only the named fields. */
function parse(bytes: Uint8Array): Packet[] {
  const packets: Packet[] = []
  const reader = parser({ protocolVersion: 4 })
  reader.on('packet', (packet) => packets.push(packet))
  reader.on('error', (error) => {
    throw error
  })
  reader.parse(Buffer.from(bytes))
  return packets
}

function read(...chunks: readonly Uint8Array[]): ReceivedPacket[] {
  const packets: ReceivedPacket[] = []
  const reader = createPacketReader((packet) => packets.push(packet))
  for (const chunk of chunks) reader.read(chunk)
  return packets
}

describe('mqtt-packet reads what the encoder writes:', () => {
  test('CONNECT', () => {
    const fields = fc.record({
      clientId: text(1),
      userName: text(),
      password: text(),
      keepaliveInSeconds: fc.nat(0xffff),
      isPersistent: fc.boolean(),
    })
    fc.assert(
      fc.property(fields, (connect) => {
        const { clientId, userName, password, keepaliveInSeconds, isPersistent } = connect
        const [packet, ...more] = parse(encodeConnect(connect))
        expect(packet).toMatchObject({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId })
        expect(packet).toHaveProperty('clean', !isPersistent)
        expect(packet).toMatchObject({ username: userName, keepalive: keepaliveInSeconds })
        expect(packet).toHaveProperty('password', Buffer.from(password))
        expect(packet).not.toHaveProperty('will')
        expect(more).toEqual([])
      }),
    )
  })

  test('SUBSCRIBE and UNSUBSCRIBE', () => {
    const filter = fc.record({
      topic: text(1).filter((topic) => !/[+#]/.test(topic)),
      qos: fc.constantFrom(0 as const, 1 as const),
    })
    fc.assert(
      fc.property(packetId, fc.array(filter, { minLength: 1, maxLength: 5 }), (messageId, subscriptions) => {
        const topics = subscriptions.map(({ topic }) => topic)
        expect(parse(encodeSubscribe(messageId, subscriptions))).toMatchObject([
          { cmd: 'subscribe', messageId, subscriptions },
        ])
        expect(parse(encodeUnsubscribe(messageId, topics))).toMatchObject([
          { cmd: 'unsubscribe', messageId, unsubscriptions: topics },
        ])
      }),
    )
  })

  test('PUBLISH with QoS 0 and 1, of bytes and of text', () => {
    fc.assert(
      fc.property(text(1), payload, text(), fc.option(packetId), (topic, bytes, body, messageId) => {
        const id = messageId === null ? {} : { packetId: messageId }
        const qos = messageId === null ? 0 : 1
        const [ofBytes, ofText] = parse(
          join([encodePublish({ topic, payload: bytes, ...id }), encodePublish({ topic, payload: body, ...id })]),
        )
        const common = { cmd: 'publish', topic, qos, dup: false, retain: false }
        expect(ofBytes).toMatchObject({ ...common, payload: Buffer.from(bytes) })
        expect(ofText).toMatchObject({ ...common, payload: Buffer.from(body) })
        if (messageId !== null) expect(ofText).toMatchObject({ messageId })
      }),
    )
  })

  test('PUBACK, PINGREQ and DISCONNECT', () => {
    fc.assert(
      fc.property(packetId, (messageId) => {
        const packets = parse(join([encodePuback(messageId), PINGREQ, DISCONNECT]))
        expect(packets).toMatchObject([{ cmd: 'puback', messageId }, { cmd: 'pingreq' }, { cmd: 'disconnect' }])
      }),
    )
  })
})

describe('The encoder refuses', () => {
  test.each([
    [
      'a topic of 65,536 bytes',
      () => encodePublish({ topic: 'é'.repeat(32_768), payload: '' }),
      /Topic has 65536 bytes/,
    ],
    [
      'U+0000 in a filter',
      () => encodeSubscribe(1, [{ topic: 'a\0b', qos: 0 }]),
      /Topic filter has the character U\+0000/,
    ],
    ['U+0000 in a filter to end', () => encodeUnsubscribe(1, ['a\0b']), /^Topic filter has the character U\+0000/],
    [
      'a client identifier of 65,536 bytes',
      () => encodeConnect({ clientId: 'x'.repeat(65_536), userName: '', password: '', keepaliveInSeconds: 1 }),
      /^Client identifier has 65536 bytes/,
    ],
    [
      'U+0000 in a user name',
      () => encodeConnect({ clientId: 'a', userName: '\0', password: '', keepaliveInSeconds: 1 }),
      /^User name has the character U\+0000, which MQTT does not allow$/,
    ],
    [
      'a password of 70,000 bytes, without repeating it',
      () => encodeConnect({ clientId: 'a', userName: 'b', password: 'x'.repeat(70_000), keepaliveInSeconds: 1 }),
      /^Password has 70000 bytes; the limit is 65535$/,
    ],
  ])('%s', (_, encode, message) => {
    expect(encode).toThrow(RangeError)
    expect(encode).toThrow(message)
  })

  test('nothing that just fits', () => {
    expect(parse(encodePublish({ topic: 'x'.repeat(65_535), payload: '' }))).toHaveLength(1)
  })
})

/** A packet as mqtt-packet writes it, and what the decoder has to make of it. */
const sent: fc.Arbitrary<{ packet: Packet; expected: ReceivedPacket }> = fc.oneof(
  fc.record({ code: fc.integer({ min: 0, max: 5 }), present: fc.boolean() }).map(({ code, present }) => {
    const sessionPresent = code === 0 && present
    return {
      packet: { cmd: 'connack' as const, returnCode: code, sessionPresent },
      expected: { type: 'connack', code } as const,
    }
  }),
  fc
    .tuple(packetId, fc.array(fc.constantFrom(0, 1, 2, 128), { minLength: 1, maxLength: 4 }))
    .map(([messageId, codes]) => ({
      packet: { cmd: 'suback', messageId, granted: codes } as Packet,
      expected: { type: 'suback', packetId: messageId, codes } as const,
    })),
  fc.tuple(packetId, fc.constantFrom('puback' as const, 'unsuback' as const)).map(([messageId, cmd]) => ({
    packet: { cmd, messageId } as Packet,
    expected: { type: cmd, packetId: messageId } as const,
  })),
  fc.constant({ packet: { cmd: 'pingresp' as const }, expected: { type: 'pingresp' } as const }),
  fc
    .record({ topic: text(1), payload, messageId: fc.option(packetId), dup: fc.boolean(), retain: fc.boolean() })
    .map(({ topic, payload: bytes, messageId, dup, retain }) => ({
      packet: {
        ...{ cmd: 'publish', topic, payload: Buffer.from(bytes), retain, qos: messageId === null ? 0 : 1 },
        ...(messageId !== null ? { messageId, dup } : { dup: false }),
      } as Packet,
      expected: {
        ...{ type: 'publish' as const, topic, payload: bytes, dup: messageId !== null && dup },
        ...(messageId !== null && { packetId: messageId }),
      },
    })),
)

/** Both sides as plain arrays, since mqtt-packet gives Buffers and the decoder gives views. */
const plain = (packets: readonly ReceivedPacket[]): unknown[] =>
  packets.map((packet) => (packet.type === 'publish' ? { ...packet, payload: [...packet.payload] } : packet))

describe('The decoder reads what mqtt-packet writes,', () => {
  test('a topic that begins with a byte order mark', () => {
    const packet = generate({ cmd: 'publish', topic: '\ufeffa', payload: '', qos: 0, dup: false, retain: false })
    expect(read(packet)).toMatchObject([{ topic: '\ufeffa' }])
  })

  test('a packet whose length arrives in two parts', () => {
    const packet = generate({
      ...{ cmd: 'publish' as const, topic: 'a', payload: 'x'.repeat(200), qos: 0 as const, dup: false, retain: false },
    })
    for (const at of [0, 1, 2, 3, 100]) expect(read(packet.subarray(0, at), packet.subarray(at))).toHaveLength(1)
    expect(read(packet.subarray(0, 1), packet.subarray(1, 2), packet.subarray(2), packet)).toHaveLength(2)
  })

  test('several packets in one frame', () => {
    fc.assert(
      fc.property(fc.array(sent, { minLength: 1, maxLength: 6 }), (all) => {
        const bytes = join(all.map(({ packet }) => generate(packet)))
        expect(plain(read(bytes))).toEqual(plain(all.map(({ expected }) => expected)))
      }),
    )
  })

  test('split at every byte', () => {
    fc.assert(
      fc.property(fc.array(sent, { minLength: 1, maxLength: 3 }), (all) => {
        const bytes = join(all.map(({ packet }) => generate(packet)))
        const expected = plain(all.map((each) => each.expected))
        expect(plain(read(...Array.from(bytes, (byte) => Uint8Array.of(byte))))).toEqual(expected)
        for (let at = 0; at <= Math.min(bytes.length, 60); at++) {
          expect(plain(read(bytes.subarray(0, at), bytes.subarray(at)))).toEqual(expected)
        }
      }),
      { numRuns: 30 },
    )
  })
})
