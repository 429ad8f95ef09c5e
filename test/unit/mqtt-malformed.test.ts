import fc from 'fast-check'
import { generate } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import type { ReceivedPacket } from '../../core/src/protocol/mqtt-decode.ts'
import { join } from '../../core/src/protocol/mqtt-encode.ts'
import { createPacketReader } from '../../core/src/protocol/mqtt-reader.ts'
import { runs, timeoutInMs } from '../support/fuzz/runs.ts'

function read(bytes: Uint8Array, maxBytes?: number): ReceivedPacket[] {
  const packets: ReceivedPacket[] = []
  createPacketReader((packet) => packets.push(packet), maxBytes).read(bytes)
  return packets
}

describe('The decoder rejects with ERR_PROTOCOL', () => {
  test.each<[string, number[], RegExp]>([
    ['a remaining length of five bytes', [0x30, 0x80, 0x80, 0x80, 0x80, 1], /remaining length of over four bytes/],
    [
      'a packet above the limit, before its body is here',
      [0x30, 0xff, 0xff, 0xff, 0x7f],
      /a packet of 268435460 bytes/,
    ],
    ['type 0', [0x00, 0], /packet type 0 which/],
    ['CONNECT', [0x10, 0], /packet type 1 which is not for a device/],
    ['PUBREC', [0x50, 2, 0, 1], /packet type 5 which is not for a device/],
    ['PUBREL', [0x62, 2, 0, 1], /packet type 6 which is not for a device/],
    ['PUBCOMP', [0x70, 2, 0, 1], /packet type 7 which is not for a device/],
    ['SUBSCRIBE', [0x82, 0], /packet type 8 which is not for a device/],
    ['UNSUBSCRIBE', [0xa2, 0], /packet type 10 which is not for a device/],
    ['PINGREQ', [0xc0, 0], /packet type 12 which is not for a device/],
    ['DISCONNECT', [0xe0, 0], /packet type 14 which is not for a device/],
    ['type 15', [0xf0, 0], /packet type 15 which/],
    ['CONNACK with flags in its header', [0x21, 2, 0, 0], /CONNACK with flags 1, not 0/],
    ['CONNACK with a reserved acknowledge flag', [0x20, 2, 2, 0], /CONNACK with flags 2 and code 0/],
    ['CONNACK with a reserved code', [0x20, 2, 0, 6], /flags 0 and code 6/],
    ['CONNACK that refuses and has a session', [0x20, 2, 1, 5], /flags 1 and code 5/],
    ['CONNACK of one byte', [0x20, 1, 0], /CONNACK of 1 bytes, not 2/],
    ['PUBACK of three bytes', [0x40, 3, 0, 1, 0], /PUBACK of 3 bytes, not 2/],
    ['PUBACK with identifier 0', [0x40, 2, 0, 0], /PUBACK with packet identifier 0/],
    ['SUBACK without a code', [0x90, 2, 0, 1], /SUBACK of 2 bytes, not 3/],
    ['SUBACK with a reserved code', [0x90, 3, 0, 1, 3], /SUBACK with code 3/],
    ['PINGRESP with a body', [0xd0, 1, 0], /PINGRESP of 1 bytes, not 0/],
    ['PUBLISH with QoS 2', [0x34, 5, 0, 1, 97, 0, 1], /PUBLISH with QoS 2/],
    ['PUBLISH with QoS 3', [0x36, 5, 0, 1, 97, 0, 1], /PUBLISH with QoS 3/],
    ['PUBLISH with DUP and QoS 0', [0x38, 3, 0, 1, 97], /PUBLISH with QoS 0 and flags 8/],
    ['PUBLISH without a topic length', [0x30, 1, 0], /PUBLISH of 1 bytes, not \d+/],
    ['PUBLISH without anything', [0x30, 0], /PUBLISH of 0 bytes, not \d+/],
    ['PUBLISH whose topic is longer than the packet', [0x30, 3, 0, 9, 97], /PUBLISH of 3 bytes, not \d+/],
    ['PUBLISH with QoS 1 and no identifier', [0x32, 3, 0, 1, 97], /PUBLISH of 3 bytes, not \d+/],
    ['PUBLISH with identifier 0', [0x32, 5, 0, 1, 97, 0, 0], /PUBLISH with packet identifier 0/],
    ['PUBLISH with an empty topic', [0x30, 2, 0, 0], /topic is empty or not UTF-8/],
    ['PUBLISH with U+0000 in its topic', [0x30, 4, 0, 2, 97, 0], /topic is empty or not UTF-8/],
    ['PUBLISH with a truncated UTF-8 sequence', [0x30, 3, 0, 1, 0xc3], /topic is empty or not UTF-8/],
    ['PUBLISH with an encoded surrogate', [0x30, 5, 0, 3, 0xed, 0xa0, 0x80], /topic is empty or not UTF-8/],
    ['PUBLISH with an overlong sequence', [0x30, 4, 0, 2, 0xc0, 0xaf], /topic is empty or not UTF-8/],
  ])('%s', (_, bytes, message) => {
    const outcome = (): unknown => read(Uint8Array.from(bytes))
    expect(outcome).toThrow(TwinError)
    expect(outcome).toThrow(message)
    expect(outcome).toThrow(expect.objectContaining({ code: 'ERR_PROTOCOL' }))
  })

  test('only after it has returned the packets before', () => {
    const packets: ReceivedPacket[] = []
    const reader = createPacketReader((packet) => packets.push(packet))
    expect(() => reader.read(Uint8Array.of(0xd0, 0, 0x40, 2, 0, 7, 0xff, 0))).toThrow(TwinError)
    expect(packets).toEqual([{ type: 'pingresp' }, { type: 'puback', packetId: 7 }])
  })

  test('nothing at the limit itself', () => {
    const packet = generate({
      cmd: 'publish',
      topic: 'a',
      payload: 'x'.repeat(1000),
      qos: 0,
      dup: false,
      retain: false,
    })
    expect(read(packet, packet.length)).toHaveLength(1)
    expect(() => read(packet, packet.length - 1)).toThrow(/a packet of 1006 bytes; the limit is 1005/)
  })

  test('nothing when a length takes more bytes than it needs, which MQTT 3.1.1 allows', () => {
    expect(read(Uint8Array.of(0xd0, 0x80, 0x80, 0))).toEqual([{ type: 'pingresp' }])
  })
})

// HUBTWIN_FUZZ_RUNS=1000000 reads a million inputs.
describe('The decoder survives', { timeout: timeoutInMs }, () => {
  const good = [
    [0x20, 2, 0, 0],
    [0x90, 4, 0, 1, 0, 1],
    [0xb0, 2, 0, 2],
    [0x40, 2, 1, 1],
    [0xd0, 0],
    [0x30, 7, 0, 3, 97, 47, 98, 123, 125],
    [0x32, 0x86, 0, 0, 1, 97, 0, 9, 1],
  ]
  const mutated = fc
    .tuple(
      fc.array(fc.constantFrom(...good), { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'insert', 'cut')), { maxLength: 3 }),
    )
    .map(([packets, changes]) => {
      const bytes = packets.flat()
      for (const [where, value, kind] of changes) {
        const at = where % (bytes.length + 1)
        if (kind === 'set') bytes[at] = value
        else if (kind === 'insert') bytes.splice(at, 0, value)
        else bytes.splice(at, 1)
      }
      return Uint8Array.from(bytes)
    })
  const inputs = fc.oneof(mutated, fc.uint8Array({ maxLength: 40 }))

  function outcome(chunks: readonly Uint8Array[]): unknown[] {
    const seen: unknown[] = []
    const reader = createPacketReader((packet) => seen.push(packet), 1000)
    try {
      for (const chunk of chunks) reader.read(chunk)
    } catch (error) {
      if (!(error instanceof TwinError) || error.code !== 'ERR_PROTOCOL') throw error
      seen.push(error.message)
    }
    return seen
  }

  test('random and mutated bytes, with the same result wherever they are split', () => {
    fc.assert(
      fc.property(inputs, fc.nat(), (bytes, where) => {
        const at = where % (bytes.length + 1)
        const whole = outcome([bytes])
        expect(outcome([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole)
      }),
      runs(2000),
    )
  })

  test('a packet that arrives byte by byte, and joins it only once', () => {
    const packet = generate({
      ...{ cmd: 'publish', topic: 'a', payload: 'x'.repeat(300_000), qos: 0, dup: false, retain: false },
    })
    expect(outcome([join([packet])])).toEqual(['Hub sent a packet of 300007 bytes; the limit is 1000'])
    const packets: ReceivedPacket[] = []
    const reader = createPacketReader((each) => packets.push(each))
    for (const byte of packet) reader.read(Uint8Array.of(byte))
    expect(packets).toHaveLength(1)
  })
})
