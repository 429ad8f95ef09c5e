import { describe, expect, test, vi } from 'vitest'
import { createPacketReader, readPackets } from '../../../../emulator/src/mqtt/packet-reader.ts'

const PING = Buffer.from([0xc0, 0])
const publish = Buffer.concat([Buffer.from([0x30, 0xc8, 0x01, 0, 1, 0x61]), Buffer.alloc(197, 7)])

describe('readPackets()', () => {
  test('keeps nothing of complete packets, and the start of the next', () => {
    const reader = createPacketReader()
    readPackets(reader, Buffer.from([0xc0, 0]))
    expect(reader).toEqual({ chunks: [], size: 0, needed: 1 })
    readPackets(reader, Buffer.from([0xc0, 0, 0xc0]))
    expect(reader).toEqual({ chunks: [Buffer.from([0xc0])], size: 1, needed: 2 })
  })

  test('finds packets in any chunks', () => {
    const stream = Buffer.concat([PING, publish, PING, publish])
    for (const size of [1, 2, 3, 7, 200, 1000]) {
      const reader = createPacketReader()
      const packets: Buffer[] = []
      for (let at = 0; at < stream.length; at += size)
        packets.push(...(readPackets(reader, stream.subarray(at, at + size)) ?? []))
      expect(packets).toEqual([PING, publish, PING, publish])
    }
  })

  test('returns each packet as soon as its last byte has arrived', () => {
    const reader = createPacketReader()
    const read = (bytes: Buffer): number | undefined => readPackets(reader, bytes)?.length
    expect([read(publish.subarray(0, -1)), read(publish.subarray(-1))]).toEqual([0, 1])
    expect([read(PING.subarray(0, 1)), read(PING.subarray(1))]).toEqual([0, 1])
    expect([read(Buffer.concat([PING, publish.subarray(0, 2)])), read(publish.subarray(2))]).toEqual([1, 1])
    expect(read(Buffer.alloc(0))).toBe(0)
  })

  test('copies a packet once, even if its bytes arrive one by one', () => {
    const copies = vi.spyOn(Buffer, 'concat')
    const reader = createPacketReader()
    const packets = Array.from(publish, (byte) => readPackets(reader, Buffer.from([byte])) ?? []).flat()
    const { length } = copies.mock.calls
    copies.mockRestore()
    expect(packets).toEqual([publish])
    // A copy for each byte of the header after the first, and a copy for the body.
    expect(length).toBe(3)
  })

  test('copies nothing before the next byte of a header arrives', () => {
    const reader = createPacketReader()
    readPackets(reader, Buffer.from([0x30, 0x80]))
    const copies = vi.spyOn(Buffer, 'concat')
    const packets = readPackets(reader, Buffer.alloc(0))
    const { length } = copies.mock.calls
    copies.mockRestore()
    expect([packets, length]).toEqual([[], 0])
  })

  test('leaves a PUBLISH as it is, even if it looks like a subscription', () => {
    const packet = Buffer.from([0x32, 10, 0, 1, 0, 1, 0x61, 2, 0, 1, 2, 2])
    expect(readPackets(createPacketReader(), packet)).toEqual([packet])
  })

  test('lowers QoS 2 of a subscription with 128 bytes', () => {
    const subscribe = (qos: number): Buffer =>
      Buffer.concat([Buffer.from([0x82, 0x80, 0x01, 0, 1, 0, 123]), Buffer.alloc(123, 0x61), Buffer.from([qos])])
    expect(readPackets(createPacketReader(), subscribe(2))).toEqual([subscribe(1)])
  })

  test('lowers QoS 2 of a subscription to 1, and changes nothing else', () => {
    const subscribe = (...granted: number[]): Buffer =>
      Buffer.from([0x82, 10, 0, 1, 0, 1, 0x61, granted[0] ?? 0, 0, 1, 2, granted[1] ?? 0])
    expect(readPackets(createPacketReader(), subscribe(2, 2))).toEqual([subscribe(1, 1)])
    expect(readPackets(createPacketReader(), subscribe(0, 1))).toEqual([subscribe(0, 1)])
    const cutShort = Buffer.from([0x82, 5, 0, 1, 0xff, 0xff, 0x61])
    expect(readPackets(createPacketReader(), cutShort)).toEqual([cutShort])
  })

  test('lowers QoS 2 of a long subscription, and leaves the bytes of the network as they were', () => {
    const topic = Buffer.alloc(200, 2)
    const subscribe = (qos: number): Buffer =>
      Buffer.concat([Buffer.from([0x82, 0xcd, 0x01, 0, 2, 0, 200]), topic, Buffer.from([qos])])
    const sent = subscribe(2)
    expect(readPackets(createPacketReader(), sent)).toEqual([subscribe(1)])
    expect(sent).toEqual(subscribe(2))
  })

  test('keeps a subscription that ends within the length of a topic', () => {
    for (const packet of [
      Buffer.from([0x82, 4, 0, 1, 0, 2]),
      Buffer.from([0x82, 3, 0, 1, 0]),
      Buffer.from([0x82, 0]),
    ]) {
      expect(readPackets(createPacketReader(), packet)).toEqual([packet])
    }
  })

  test('accepts a packet of 320 KB and a header, and refuses a larger packet before it arrives', () => {
    const header = (remaining: number): Buffer =>
      Buffer.from([0x30, (remaining & 0x7f) | 0x80, ((remaining >> 7) & 0x7f) | 0x80, remaining >> 14])
    const most = 320 * 1024 + 16
    expect(readPackets(createPacketReader(), header(most + 1))).toBeUndefined()
    const [packet] = readPackets(createPacketReader(), Buffer.concat([header(most), Buffer.alloc(most)])) ?? []
    expect(packet?.length).toBe(4 + most)
  })

  test('accepts a length of four bytes, also with zeros at its end', () => {
    const padded = Buffer.from([0x30, 0x81, 0x80, 0x80, 0x00, 7])
    expect(readPackets(createPacketReader(), padded)).toEqual([padded])
  })

  test.each([
    ['a length of five bytes', [0x30, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a length of five bytes that is small', [0x30, 0x80, 0x80, 0x80, 0x80, 0x00]],
    ['a packet of more than 320 KB', [0x30, 0xff, 0xff, 0x7f]],
  ])('refuses %s', (_name, bytes) => {
    expect(readPackets(createPacketReader(), Buffer.from(bytes))).toBeUndefined()
  })
})
