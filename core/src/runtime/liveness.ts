/** Mobile networks stall for seconds. A socket that accepts no byte for this long is dead. */
const STALL_TIMEOUT_IN_MS = 30_000

/** The longest wait for PINGRESP, with any keep-alive. */
const MAX_PING_TIMEOUT_IN_MS = 30_000

/** Watches whether the other side of a connection is still there. */
export interface Liveness {
  /** The wire passed bytes to the socket. */
  sent(byteLength: number): void
  /** PINGRESP has arrived. */
  answered(): void
  stop(): void
}

export interface LivenessOptions {
  readonly keepaliveInSeconds: number
  /** Sends PINGREQ, and calls `sent` for it. */
  readonly ping: () => void
  /** The number of sent bytes that the network has not accepted yet. */
  readonly bufferedBytes: () => number
  /** Called once. */
  readonly onDead: (reason: string) => void
}

/**
 * Pings when a keep-alive passes without a sent packet (MQTT 3.1.1 §3.1.2.10), and expects PINGRESP
 * within half a keep-alive. A hidden page fires these timers up to a minute late; the hub allows
 * half a keep-alive more.
 */
export function watchLiveness({ keepaliveInSeconds, ping, bufferedBytes, onDead }: LivenessOptions): Liveness {
  const keepaliveInMs = keepaliveInSeconds * 1000
  const answerInMs = Math.min(keepaliveInMs / 2, MAX_PING_TIMEOUT_IN_MS)
  let sentAt = performance.now()
  let sentBytes = 0
  let pingTimer = setTimeout(checkIdle, keepaliveInMs)
  let drainTimer: ReturnType<typeof setTimeout> | undefined

  function checkIdle(): void {
    const restInMs = sentAt + keepaliveInMs - performance.now()
    if (restInMs > 0) {
      pingTimer = setTimeout(checkIdle, restInMs)
      return
    }
    pingTimer = setTimeout(die, answerInMs, `Hub did not answer a ping within ${answerInMs} ms`)
    ping()
  }

  function checkDrain(takenBefore: number): void {
    drainTimer = undefined
    const buffered = bufferedBytes()
    if (buffered === 0) return
    const taken = sentBytes - buffered
    if (taken > takenBefore) drainTimer = setTimeout(checkDrain, STALL_TIMEOUT_IN_MS, taken)
    else die(`Network accepted none of ${buffered} bytes within ${STALL_TIMEOUT_IN_MS} ms`)
  }

  function stop(): void {
    clearTimeout(pingTimer)
    clearTimeout(drainTimer)
  }

  function die(reason: string): void {
    stop()
    onDead(reason)
  }

  return {
    sent(byteLength) {
      sentAt = performance.now()
      sentBytes += byteLength
      const buffered = drainTimer === undefined ? bufferedBytes() : 0
      if (buffered > 0) drainTimer = setTimeout(checkDrain, STALL_TIMEOUT_IN_MS, sentBytes - buffered)
    },
    answered() {
      clearTimeout(pingTimer)
      checkIdle()
    },
    stop,
  }
}
