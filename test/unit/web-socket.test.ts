import { afterEach, expect, test, vi } from 'vitest'
import { openSocket } from '../../core/src/runtime/web-socket.ts'

// The WebSocket of Node 22, when it cannot connect. A test on Node 22 itself is in the contract.

class FailingSocket extends EventTarget {
  readonly readyState = 0
  readonly close = vi.fn()
  constructor() {
    super()
    queueMicrotask(() => this.dispatchEvent(Object.assign(new Event('error'), { message: 'a network error' })))
  }
}

afterEach(() => vi.unstubAllGlobals())

test('openSocket() ends after an error without `close`, as Node 22 emits it', async () => {
  vi.stubGlobal('WebSocket', FailingSocket)
  const unexpected = (): void => expect.unreachable()
  const reason = await new Promise<Error | undefined>((resolve) => {
    openSocket('ws://localhost/', { onOpen: unexpected, onData: unexpected, onEnd: resolve })
  })
  expect(reason?.message).toBe('a network error')
})
