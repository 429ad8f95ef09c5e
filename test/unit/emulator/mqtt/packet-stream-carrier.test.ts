import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { type Carrier, PacketStream } from '../../../../emulator/src/mqtt/packet-stream.ts'

const CONNECT = Buffer.from([0x10, 3, 1, 2, 3])
const PING = Buffer.from([0xc0, 0])
const MALFORMED = Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff])

/** A stream whose carrier records its calls. */
function recorded(): { stream: PacketStream; calls: string[]; setOpen(isOpen: boolean): void } {
  const calls: string[] = []
  const state = { isOpen: true }
  const carrier: Carrier = {
    get isOpen() {
      return state.isOpen
    },
    send(bytes, done) {
      calls.push(`send ${bytes.toString('hex')}`)
      done()
    },
    pause: () => void calls.push('pause'),
    resume: () => void calls.push('resume'),
    close: () => void calls.push('close'),
    terminate: () => void calls.push('terminate'),
  }
  return { stream: new PacketStream(carrier), calls, setOpen: (isOpen) => void (state.isOpen = isOpen) }
}

const bytesOf = (stream: PacketStream): Buffer | null => stream.read() as Buffer | null

describe('PacketStream reads', () => {
  test('nothing once it is silent', () => {
    const { stream } = recorded()
    expect(stream.isSilent).toBe(false)
    stream.silence()
    stream.receive(CONNECT)
    expect([stream.isSilent, bytesOf(stream)]).toEqual([true, null])
  })

  test('nothing once it is destroyed', async () => {
    const { stream, calls } = recorded()
    stream.destroy()
    await once(stream, 'close')
    stream.receive(MALFORMED)
    stream.receive(CONNECT)
    expect([calls, stream.hasEarlyPackets]).toEqual([['close'], false])
  })

  test('nothing from bytes that are no packet yet', () => {
    const { stream } = recorded()
    stream.receive(CONNECT.subarray(0, 3))
    stream.release()
    stream.receive(Buffer.concat([CONNECT.subarray(3), PING]))
    expect([bytesOf(stream), stream.hasEarlyPackets]).toEqual([CONNECT, true])
  })

  test('at most 64 KB ahead of its reader, and then lets the carrier continue', () => {
    const { stream, calls } = recorded()
    stream.receive(CONNECT)
    stream.release()
    expect(bytesOf(stream)).toEqual(CONNECT)
    const packet = (size: number): Buffer =>
      Buffer.concat([Buffer.from([0x30, 0x80 | (size & 127), size >> 7]), Buffer.alloc(size)])
    calls.length = 0
    stream.receive(packet(16_000))
    stream.receive(packet(16_000))
    stream.receive(packet(16_000))
    stream.receive(packet(16_000))
    expect(calls).toEqual([])
    stream.receive(packet(16_000))
    expect(calls).toEqual(['pause'])
    bytesOf(stream)
    expect(calls).toEqual(['pause', 'resume'])
  })

  test('no more from the carrier while it holds an early packet', () => {
    const { stream, calls } = recorded()
    stream.receive(Buffer.concat([CONNECT, PING]))
    expect(calls).toEqual(['pause'])
    expect([bytesOf(stream), bytesOf(stream)]).toEqual([CONNECT, null])
    expect(calls).toEqual(['pause'])
    stream.release()
    expect(calls).toEqual(['pause', 'resume'])
  })

  test('many small packets as one buffer', () => {
    const { stream } = recorded()
    stream.receive(CONNECT)
    bytesOf(stream)
    stream.release()
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.receive(Buffer.concat([PING, PING, PING]))
    stream.read()
    expect(Buffer.concat(chunks)).toEqual(Buffer.concat([PING, PING, PING]))
  })
})

describe('PacketStream closes its carrier', () => {
  test('at once after bytes that are not MQTT', async () => {
    const { stream, calls } = recorded()
    stream.receive(MALFORMED)
    expect([calls[0], stream.destroyed]).toEqual(['terminate', true])
    await once(stream, 'close')
  })

  test('at once after an error', async () => {
    const { stream, calls } = recorded()
    stream.on('error', () => undefined)
    stream.destroy(new Error('broken'))
    await new Promise((resolve) => stream.once('close', resolve))
    expect(calls).toEqual(['terminate'])
  })

  test('with a goodbye when it is destroyed without an error, or ends', async () => {
    const destroyed = recorded()
    destroyed.stream.destroy()
    await once(destroyed.stream, 'close')
    expect(destroyed.calls).toEqual(['close'])
    const ended = recorded()
    ended.stream.end()
    await once(ended.stream, 'finish')
    expect(ended.calls).toEqual(['close'])
  })

  test('never while it is silent, unless it is terminated', async () => {
    const destroyed = recorded()
    destroyed.stream.silence()
    destroyed.stream.end()
    await once(destroyed.stream, 'finish')
    destroyed.stream.destroy()
    await once(destroyed.stream, 'close')
    expect(destroyed.calls).toEqual([])
    const terminated = recorded()
    terminated.stream.silence()
    terminated.stream.terminate()
    expect(terminated.calls).toEqual(['terminate'])
  })
})

describe('PacketStream writes', () => {
  const write = (stream: PacketStream, bytes: Buffer): Promise<unknown> =>
    new Promise((resolve) => stream.write(bytes, resolve))

  test('to an open carrier', async () => {
    const { stream, calls } = recorded()
    await write(stream, PING)
    expect(calls).toEqual(['send c000'])
  })

  test('pieces that wait as a single message', async () => {
    const { stream, calls } = recorded()
    stream.cork()
    const written = [write(stream, Buffer.from([1, 2])), write(stream, Buffer.from([3]))]
    stream.uncork()
    await Promise.all(written)
    expect(calls).toEqual(['send 010203'])
  })

  test('nothing to a closed carrier, or once it is silent', async () => {
    const closed = recorded()
    closed.setOpen(false)
    await write(closed.stream, PING)
    const silent = recorded()
    silent.stream.silence()
    await write(silent.stream, PING)
    expect([closed.calls, silent.calls]).toEqual([[], []])
  })
})
