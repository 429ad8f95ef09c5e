import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import {
  type Carrier,
  type PacketStream,
  createPacketStream,
  hasEarlyPackets,
  receiveBytes,
  releasePackets,
  silenceStream,
  terminate,
} from '../../../../emulator/src/mqtt/packet-stream.ts'

const CONNECT = Buffer.from([0x10, 3, 1, 2, 3])
const PING = Buffer.from([0xc0, 0])
const MALFORMED = Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff])

/** A stream whose carrier records its calls. */
function recorded(): { stream: PacketStream; calls: string[]; setOpen(isOpen: boolean): void } {
  const calls: string[] = []
  const state = { isOpen: true }
  const carrier: Carrier = {
    isOpen: () => state.isOpen,
    send(bytes, done) {
      calls.push(`send ${bytes.toString('hex')}`)
      done()
    },
    pause: () => void calls.push('pause'),
    resume: () => void calls.push('resume'),
    close: () => void calls.push('close'),
    terminate: () => void calls.push('terminate'),
  }
  return { stream: createPacketStream(carrier), calls, setOpen: (isOpen) => void (state.isOpen = isOpen) }
}

const bytesOf = (stream: PacketStream): Buffer | null => stream.duplex.read() as Buffer | null

describe('a packet stream reads', () => {
  test('nothing once it is silent', () => {
    const { stream } = recorded()
    expect(stream.isSilent).toBe(false)
    silenceStream(stream)
    receiveBytes(stream, CONNECT)
    expect([stream.isSilent, bytesOf(stream)]).toEqual([true, null])
  })

  test('nothing once it is destroyed', async () => {
    const { stream, calls } = recorded()
    stream.duplex.destroy()
    await once(stream.duplex, 'close')
    receiveBytes(stream, MALFORMED)
    receiveBytes(stream, CONNECT)
    expect([calls, hasEarlyPackets(stream)]).toEqual([['close'], false])
  })

  test('nothing from bytes that are no packet yet', () => {
    const { stream } = recorded()
    receiveBytes(stream, CONNECT.subarray(0, 3))
    releasePackets(stream)
    receiveBytes(stream, Buffer.concat([CONNECT.subarray(3), PING]))
    expect([bytesOf(stream), hasEarlyPackets(stream)]).toEqual([CONNECT, true])
  })

  test('at most 64 KB ahead of its reader, and then lets the carrier continue', () => {
    const { stream, calls } = recorded()
    receiveBytes(stream, CONNECT)
    releasePackets(stream)
    expect(bytesOf(stream)).toEqual(CONNECT)
    const packet = (size: number): Buffer =>
      Buffer.concat([Buffer.from([0x30, 0x80 | (size & 127), size >> 7]), Buffer.alloc(size)])
    calls.length = 0
    receiveBytes(stream, packet(16_000))
    receiveBytes(stream, packet(16_000))
    receiveBytes(stream, packet(16_000))
    receiveBytes(stream, packet(16_000))
    expect(calls).toEqual([])
    receiveBytes(stream, packet(16_000))
    expect(calls).toEqual(['pause'])
    bytesOf(stream)
    expect(calls).toEqual(['pause', 'resume'])
  })

  test('no more from the carrier while it holds an early packet', () => {
    const { stream, calls } = recorded()
    receiveBytes(stream, Buffer.concat([CONNECT, PING]))
    expect(calls).toEqual(['pause'])
    expect([bytesOf(stream), bytesOf(stream)]).toEqual([CONNECT, null])
    expect(calls).toEqual(['pause'])
    releasePackets(stream)
    expect(calls).toEqual(['pause', 'resume'])
  })

  test('many small packets as one buffer', () => {
    const { stream } = recorded()
    receiveBytes(stream, CONNECT)
    bytesOf(stream)
    releasePackets(stream)
    const chunks: Buffer[] = []
    stream.duplex.on('data', (chunk: Buffer) => chunks.push(chunk))
    receiveBytes(stream, Buffer.concat([PING, PING, PING]))
    stream.duplex.read()
    expect(Buffer.concat(chunks)).toEqual(Buffer.concat([PING, PING, PING]))
  })
})

describe('a packet stream closes its carrier', () => {
  test('at once after bytes that are not MQTT', async () => {
    const { stream, calls } = recorded()
    receiveBytes(stream, MALFORMED)
    expect([calls[0], stream.duplex.destroyed]).toEqual(['terminate', true])
    await once(stream.duplex, 'close')
  })

  test('at once after an error', async () => {
    const { stream, calls } = recorded()
    stream.duplex.on('error', () => undefined)
    stream.duplex.destroy(new Error('broken'))
    await new Promise((resolve) => stream.duplex.once('close', resolve))
    expect(calls).toEqual(['terminate'])
  })

  test('with a goodbye when it is destroyed without an error, or ends', async () => {
    const destroyed = recorded()
    destroyed.stream.duplex.destroy()
    await once(destroyed.stream.duplex, 'close')
    expect(destroyed.calls).toEqual(['close'])
    const ended = recorded()
    ended.stream.duplex.end()
    await once(ended.stream.duplex, 'finish')
    expect(ended.calls).toEqual(['close'])
  })

  test('never while it is silent, unless it is terminated', async () => {
    const destroyed = recorded()
    silenceStream(destroyed.stream)
    destroyed.stream.duplex.end()
    await once(destroyed.stream.duplex, 'finish')
    destroyed.stream.duplex.destroy()
    await once(destroyed.stream.duplex, 'close')
    expect(destroyed.calls).toEqual([])
    const terminated = recorded()
    silenceStream(terminated.stream)
    terminate(terminated.stream)
    expect(terminated.calls).toEqual(['terminate'])
  })
})

describe('a packet stream writes', () => {
  const write = (stream: PacketStream, bytes: Buffer): Promise<unknown> =>
    new Promise((resolve) => stream.duplex.write(bytes, resolve))

  test('to an open carrier', async () => {
    const { stream, calls } = recorded()
    await write(stream, PING)
    expect(calls).toEqual(['send c000'])
  })

  test('pieces that wait as a single message', async () => {
    const { stream, calls } = recorded()
    stream.duplex.cork()
    const written = [write(stream, Buffer.from([1, 2])), write(stream, Buffer.from([3]))]
    stream.duplex.uncork()
    await Promise.all(written)
    expect(calls).toEqual(['send 010203'])
  })

  test('nothing to a closed carrier, or once it is silent', async () => {
    const closed = recorded()
    closed.setOpen(false)
    await write(closed.stream, PING)
    const silent = recorded()
    silenceStream(silent.stream)
    await write(silent.stream, PING)
    expect([closed.calls, silent.calls]).toEqual([[], []])
  })
})
