import { describe, expect, test } from 'vitest'
import { PacketReader } from '../../../../emulator/src/mqtt/packet-reader.ts'

const PING = Buffer.from([0xc0, 0])
const publish = Buffer.concat([Buffer.from([0x30, 0xc8, 0x01, 0, 1, 0x61]), Buffer.alloc(197, 7)])

describe('PacketReader', () => {
  test('finds packets in any chunks', () => {
    const stream = Buffer.concat([PING, publish, PING, publish])
    for (const size of [1, 2, 3, 7, 200, 1000]) {
      const reader = new PacketReader()
      const packets: Buffer[] = []
      for (let at = 0; at < stream.length; at += size)
        packets.push(...(reader.read(stream.subarray(at, at + size)) ?? []))
      expect(packets).toEqual([PING, publish, PING, publish])
    }
  })

  test('lowers QoS 2 of a subscription to 1, and changes nothing else', () => {
    const subscribe = (...granted: number[]): Buffer =>
      Buffer.from([0x82, 10, 0, 1, 0, 1, 0x61, granted[0] ?? 0, 0, 1, 2, granted[1] ?? 0])
    expect(new PacketReader().read(subscribe(2, 2))).toEqual([subscribe(1, 1)])
    expect(new PacketReader().read(subscribe(0, 1))).toEqual([subscribe(0, 1)])
    const cutShort = Buffer.from([0x82, 5, 0, 1, 0xff, 0xff, 0x61])
    expect(new PacketReader().read(cutShort)).toEqual([cutShort])
  })

  test.each([
    ['a length of five bytes', [0x30, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a packet of more than 320 KB', [0x30, 0xff, 0xff, 0x7f]],
  ])('gives up on %s', (_name, bytes) => {
    expect(new PacketReader().read(Buffer.from(bytes))).toBeUndefined()
  })
})
