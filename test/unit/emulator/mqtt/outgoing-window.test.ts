import { describe, expect, test } from 'vitest'
import {
  type OutgoingWindow,
  addInFlight,
  createOutgoingWindow,
  enqueue,
  freePlace,
  handlePuback,
  hasRoom,
} from '../../../../emulator/src/mqtt/outgoing-window.ts'

/** Enqueues a message. @returns its packet identifier once it is sent */
function send(window: OutgoingWindow, acknowledged?: () => void): { packetId?: number; cancel: () => void } {
  const message: { packetId?: number; cancel: () => void } = { cancel: () => undefined }
  message.cancel = enqueue(window, (packetId) => (message.packetId = packetId), acknowledged)
  return message
}

describe('the outgoing window', () => {
  test('sends 16 messages at once, and the next after an acknowledgment, in order', async () => {
    const window = createOutgoingWindow()
    const messages = Array.from({ length: 18 }, () => send(window))
    const isSent = (): boolean[] => messages.slice(15).map(({ packetId }) => packetId !== undefined)
    expect([hasRoom(window), isSent()]).toEqual([false, [true, false, false]])
    await handlePuback(window, messages[3]?.packetId ?? 0)
    expect(isSent()).toEqual([true, true, false])
    messages[17]?.cancel()
    freePlace(window, messages[4]?.packetId ?? 0)
    expect(isSent()).toEqual([true, true, false])
    expect(hasRoom(window)).toBe(true)
  })

  test('calls back once for an acknowledgment, and never for an unknown packet identifier', async () => {
    const window = createOutgoingWindow()
    let calls = 0
    const { packetId = 0 } = send(window, () => (calls += 1))
    await handlePuback(window, packetId - 1)
    expect(calls).toBe(0)
    for (let times = 0; times < 2; times++) await handlePuback(window, packetId)
    expect(calls).toBe(1)
  })

  test('never uses a packet identifier twice at a time, or 0', async () => {
    const window = createOutgoingWindow()
    for (const packetId of [1, 65_535]) addInFlight(window, packetId, () => undefined)
    const used = new Set<number>()
    for (let count = 0; count < 65_533; count++) {
      const { packetId = 0 } = send(window)
      used.add(packetId)
      await handlePuback(window, packetId)
    }
    expect(used.size).toBe(65_533)
    expect([0, 1, 65_535].some((packetId) => used.has(packetId))).toBe(false)
    expect(send(window).packetId).toBe(65_534)
  })
})
