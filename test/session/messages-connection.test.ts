import { describe, expect, test } from 'vitest'
import { deferred, deliver, openListening, openReady, type Pubacks } from './messages-device.ts'
import { reconnect } from './open-scripted-device.ts'

describe('A lost connection', () => {
  test('takes its messages along: no PUBACK for them leaves over the next', async () => {
    const { scripted, pubacks, texts, accept } = await openListening()
    for (const packetId of [1, 2]) {
      await deliver(scripted, pubacks, { text: `m${packetId}`, packetId, bag: `%24.mid=id${packetId}` })
    }
    await reconnect(scripted)
    await accept()
    expect([texts(), pubacks]).toEqual([['m1'], []])
    for (const packetId of [1, 2]) {
      await deliver(scripted, pubacks, { text: `m${packetId}`, packetId, bag: `%24.mid=id${packetId}` })
    }
    await accept()
    await accept()
    expect(texts()).toEqual(['m1', 'm1 again', 'm2'])
    expect(pubacks).toEqual(['2: 1', '2: 2'])
  })

  test('lets the running handler end before the next message', async () => {
    const { scripted, pubacks, texts, accept } = await openListening()
    await deliver(scripted, pubacks, { text: 'm1', packetId: 1 })
    await reconnect(scripted)
    await deliver(scripted, pubacks, { text: 'm1', packetId: 1, isDuplicate: true })
    expect(texts()).toEqual(['m1'])
    await accept()
    expect([texts(), pubacks]).toEqual([['m1', 'm1 again'], []])
    await accept()
    expect(pubacks).toEqual(['2: 1'])
  })
})

describe('A copy of a message', () => {
  test('on the way does not reach the app', async () => {
    const { scripted, pubacks, texts, accept } = await openListening()
    await deliver(scripted, pubacks, { text: 'm1', packetId: 1 })
    await deliver(scripted, pubacks, { text: 'm2', packetId: 2 })
    // The lock has ended for both.
    for (const packetId of [1, 2])
      await deliver(scripted, pubacks, { text: `m${packetId}`, packetId, isDuplicate: true })
    await accept()
    await accept()
    expect([texts(), pubacks]).toEqual([
      ['m1', 'm2'],
      ['1: 1', '1: 2'],
    ])
  })

  test('that crosses its PUBACK gets another, and does not reach the app', async () => {
    const { scripted, pubacks, texts, accept } = await openListening()
    await deliver(scripted, pubacks, { text: 'm1', packetId: 1 })
    await accept()
    await deliver(scripted, pubacks, { text: 'm1', packetId: 1, isDuplicate: true })
    expect([texts(), pubacks]).toEqual([['m1'], ['1: 1', '1: 1']])
  })

  test('is another message without DUP: the hub has used the packet identifier again', async () => {
    const { scripted, pubacks, texts, accept } = await openListening()
    await deliver(scripted, pubacks, { text: 'm1', packetId: 1 })
    await accept()
    await deliver(scripted, pubacks, { text: 'm2', packetId: 1 })
    expect(texts()).toEqual(['m1', 'm2'])
  })
})

describe('An expired message', () => {
  test('gets PUBACK in its turn, and does not reach the app', async () => {
    const scripted = await openReady()
    const pubacks: Pubacks = []
    const { texts, handler, accept, fail } = deferred()
    const bagOf = (inMs: number): string =>
      `%24.exp=${encodeURIComponent(new Date(scripted.clock.now() + inMs).toISOString())}`
    await deliver(scripted, pubacks, { text: 'old', packetId: 1, bag: bagOf(0) })
    await deliver(scripted, pubacks, { text: 'short', packetId: 2, bag: bagOf(400) })
    await deliver(scripted, pubacks, { text: 'long', packetId: 3, bag: bagOf(60_000) })
    expect(pubacks).toEqual([])
    scripted.device.messages.listen(handler)
    expect([texts(), pubacks]).toEqual([['short'], ['1: 1']])
    await fail()
    await scripted.clock.advance(500)
    expect([texts(), pubacks]).toEqual([
      ['short', 'long'],
      ['1: 1', '1: 2'],
    ])
    await accept()
    expect(pubacks).toHaveLength(3)
  })
})

describe('A renewal of the token', () => {
  test('waits for a running handler, and starts no other', async () => {
    const { scripted, pubacks, texts, accept } = await openListening()
    await scripted.clock.advance(2_699_000)
    for (const packetId of [1, 2]) await deliver(scripted, pubacks, { text: `m${packetId}`, packetId })
    await scripted.clock.advance(1000)
    expect(scripted.hub.wires).toHaveLength(1)
    await accept()
    expect([scripted.hub.wires.length, texts(), pubacks]).toEqual([2, ['m1'], ['1: 1']])
  })
})
