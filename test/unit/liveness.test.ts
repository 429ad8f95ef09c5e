import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Liveness, notePong, noteSent, stopWatching, watchLiveness } from '../../core/src/runtime/liveness.ts'

let sentPings = 0
let buffered = 0
let deaths: string[] = []

function watch(keepaliveInSeconds: number): Liveness {
  const liveness = watchLiveness({
    keepaliveInSeconds,
    ping() {
      sentPings++
      noteSent(liveness, 2)
    },
    bufferedBytes: () => buffered,
    onDead: (reason) => deaths.push(reason),
  })
  return liveness
}

beforeEach(() => {
  vi.useFakeTimers()
  ;[sentPings, buffered, deaths] = [0, 0, []]
})
afterEach(() => {
  vi.useRealTimers()
})

describe('watchLiveness() pings', () => {
  test('after a keep-alive without a packet sent', () => {
    const liveness = watch(180)
    vi.advanceTimersByTime(100_000)
    noteSent(liveness, 10)
    vi.advanceTimersByTime(179_000)
    expect(sentPings).toBe(0)
    vi.advanceTimersByTime(1000)
    expect(sentPings).toBe(1)
    notePong(liveness)
    vi.advanceTimersByTime(179_999)
    expect(sentPings).toBe(1)
    vi.advanceTimersByTime(1)
    expect(sentPings).toBe(2)
    stopWatching(liveness)
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each([
    [180, 30_000],
    [1177, 30_000],
    [2, 1000],
  ])(
    'with a keep-alive of %i s, and gives up %i ms after a ping without an answer',
    (keepaliveInSeconds, timeoutInMs) => {
      watch(keepaliveInSeconds)
      vi.advanceTimersByTime(keepaliveInSeconds * 1000 + timeoutInMs - 1)
      expect([sentPings, deaths]).toEqual([1, []])
      vi.advanceTimersByTime(1)
      expect(deaths).toEqual([`Hub did not answer a ping within ${timeoutInMs} ms`])
      expect(vi.getTimerCount()).toBe(0)
    },
  )
})

describe('watchLiveness() gives up a connection', () => {
  test('whose socket accepts no byte for half a minute', () => {
    const liveness = watch(600)
    buffered = 500
    noteSent(liveness, 500)
    vi.advanceTimersByTime(29_999)
    expect(deaths).toEqual([])
    vi.advanceTimersByTime(1)
    expect(deaths).toEqual(['Network accepted none of 500 bytes within 30000 ms'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('even while the twin sends more packets', () => {
    const liveness = watch(600)
    for (let second = 0; second < 30; second++) {
      buffered += 10
      noteSent(liveness, 10)
      vi.advanceTimersByTime(1000)
    }
    expect(deaths).toEqual(['Network accepted none of 300 bytes within 30000 ms'])
  })

  test('but not a slow connection, nor a drained connection', () => {
    const liveness = watch(600)
    buffered = 500
    noteSent(liveness, 500)
    for (buffered of [400, 300, 1, 0]) vi.advanceTimersByTime(30_000)
    vi.advanceTimersByTime(100_000)
    expect(deaths).toEqual([])
    stopWatching(liveness)
  })
})
