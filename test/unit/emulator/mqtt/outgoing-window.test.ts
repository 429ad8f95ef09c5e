import { describe, expect, test } from 'vitest'
import { OutgoingWindow } from '../../../../emulator/src/mqtt/outgoing-window.ts'

/** Enqueues a message. @returns its packet identifier once it is sent */
function enqueue(window: OutgoingWindow, acknowledged?: () => void): { packetId?: number; cancel: () => void } {
  const message: { packetId?: number; cancel: () => void } = { cancel: () => undefined }
  message.cancel = window.enqueue((packetId) => (message.packetId = packetId), acknowledged)
  return message
}

describe('OutgoingWindow', () => {
  test('sends 16 messages at once, and the next after an acknowledgment, in order', async () => {
    const window = new OutgoingWindow()
    const messages = Array.from({ length: 18 }, () => enqueue(window))
    const isSent = (): boolean[] => messages.slice(15).map(({ packetId }) => packetId !== undefined)
    expect([window.hasRoom, isSent()]).toEqual([false, [true, false, false]])
    await window.acknowledge(messages[3]?.packetId ?? 0)
    expect(isSent()).toEqual([true, true, false])
    messages[17]?.cancel()
    window.release(messages[4]?.packetId ?? 0)
    expect(isSent()).toEqual([true, true, false])
    expect(window.hasRoom).toBe(true)
  })

  test('calls back once for an acknowledgment, and never for an unknown packet identifier', async () => {
    const window = new OutgoingWindow()
    let calls = 0
    const { packetId = 0 } = enqueue(window, () => (calls += 1))
    await window.acknowledge(packetId - 1)
    expect(calls).toBe(0)
    for (let times = 0; times < 2; times++) await window.acknowledge(packetId)
    expect(calls).toBe(1)
  })

  test('never uses a packet identifier twice at a time, or 0', async () => {
    const window = new OutgoingWindow()
    for (const packetId of [1, 65_535]) window.open(packetId, () => undefined)
    const used = new Set<number>()
    for (let count = 0; count < 65_533; count++) {
      const { packetId = 0 } = enqueue(window)
      used.add(packetId)
      await window.acknowledge(packetId)
    }
    expect(used.size).toBe(65_533)
    expect([0, 1, 65_535].some((packetId) => used.has(packetId))).toBe(false)
    expect(enqueue(window).packetId).toBe(65_534)
  })
})
