import { describe, expect, test } from 'vitest'
import {
  type Carrier,
  type PacketStream,
  createPacketStream,
  hasEarlyPackets,
  receiveBytes,
  releasePackets,
  silenceStream,
} from '../../../../emulator/src/mqtt/packet-stream.ts'

const CONNECT = Buffer.from([0x10, 3, 1, 2, 3])
const PING = Buffer.from([0xc0, 0])
const PUBLISH = Buffer.from([0x30, 4, 0, 1, 0x61, 7])
const LATER = [PUBLISH, PING, PUBLISH]

interface Carried {
  readonly carrier: Carrier
  isPaused: boolean
}

function carried(): Carried {
  const state: Carried = {
    isPaused: false,
    carrier: {
      isOpen: () => true,
      send: (_bytes, done) => done(),
      pause: () => void (state.isPaused = true),
      resume: () => void (state.isPaused = false),
      close: () => undefined,
      terminate: () => undefined,
    },
  }
  return state
}

/** Reads all buffered packets of the stream, which also makes the stream read more. */
function read(stream: PacketStream): Buffer {
  return (stream.duplex.read() as Buffer | null) ?? Buffer.alloc(0)
}

describe('a packet stream', () => {
  test('emits only CONNECT until its release, and then the rest in order, however the bytes are split', () => {
    const flight = Buffer.concat([CONNECT, ...LATER])
    for (let first = 0; first <= flight.length; first++) {
      for (let second = first; second <= flight.length; second++) {
        const { carrier } = carried()
        const stream = createPacketStream(carrier)
        for (const part of [flight.subarray(0, first), flight.subarray(first, second)]) receiveBytes(stream, part)
        const before = read(stream)
        expect([Buffer.alloc(0), CONNECT]).toContainEqual(before)
        releasePackets(stream)
        receiveBytes(stream, flight.subarray(second))
        // A CONNECT in a later chunk holds the packets behind it.
        releasePackets(stream)
        expect(Buffer.concat([before, read(stream), read(stream)])).toEqual(flight)
      }
    }
  })

  test('pauses its source at the first packet behind CONNECT until its release', () => {
    const state = carried()
    const stream = createPacketStream(state.carrier)
    receiveBytes(stream, CONNECT)
    expect(read(stream)).toEqual(CONNECT)
    expect([state.isPaused, hasEarlyPackets(stream)]).toEqual([false, false])
    receiveBytes(stream, PUBLISH)
    expect(read(stream)).toEqual(Buffer.alloc(0))
    expect([state.isPaused, hasEarlyPackets(stream)]).toEqual([true, true])
    releasePackets(stream)
    expect([state.isPaused, hasEarlyPackets(stream)]).toEqual([false, false])
    expect(read(stream)).toEqual(PUBLISH)
  })

  test('drops the held packets when it falls silent', () => {
    const state = carried()
    const stream = createPacketStream(state.carrier)
    receiveBytes(stream, Buffer.concat([CONNECT, PUBLISH]))
    silenceStream(stream)
    releasePackets(stream)
    expect([read(stream), state.isPaused]).toEqual([CONNECT, false])
  })

  test('emits "early" for a packet before the release, and for none after it', () => {
    const { carrier } = carried()
    const stream = createPacketStream(carrier)
    let early = 0
    stream.duplex.on('early', () => (early += 1))
    receiveBytes(stream, CONNECT)
    receiveBytes(stream, PING)
    releasePackets(stream)
    receiveBytes(stream, PING)
    expect(early).toBe(1)
  })
})
