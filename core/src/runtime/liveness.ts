/** Mobile networks stall for seconds. A socket that accepts no byte for this long is dead. */
const STALL_TIMEOUT_IN_MS = 30_000

/** The longest wait for PINGRESP, with any keep-alive. */
const MAX_PING_TIMEOUT_IN_MS = 30_000

export interface LivenessOptions {
  readonly keepaliveInSeconds: number
  /** Sends PINGREQ, and calls `noteSent` for it. */
  readonly ping: () => void
  /** The number of sent bytes that the network has not accepted yet. */
  readonly bufferedBytes: () => number
  /** Called once. */
  readonly onDead: (reason: string) => void
}

type Timer = ReturnType<typeof setTimeout>

/** Detects a connection whose other side no longer responds. */
export interface Liveness {
  readonly options: LivenessOptions
  sentAt: number
  sentBytes: number
  /** Runs until the next ping, or until the deadline of PINGRESP. */
  pingTimer: Timer | undefined
  /** Runs while the network has not accepted all bytes. */
  drainTimer: Timer | undefined
}

/**
 * Pings when a keep-alive passes without a sent packet (MQTT 3.1.1 §3.1.2.10), and expects PINGRESP
 * within half a keep-alive. A hidden page fires these timers up to a minute late; the hub allows
 * half a keep-alive more.
 */
export function watchLiveness(options: LivenessOptions): Liveness {
  const sentAt = performance.now()
  const liveness: Liveness = { options, sentAt, sentBytes: 0, pingTimer: undefined, drainTimer: undefined }
  pingWhenIdle(liveness)
  return liveness
}

/** The wire passed bytes to the socket. */
export function noteSent(liveness: Liveness, byteLength: number): void {
  liveness.sentAt = performance.now()
  liveness.sentBytes += byteLength
  const buffered = liveness.drainTimer === undefined ? liveness.options.bufferedBytes() : 0
  if (buffered > 0) checkDrainLater(liveness, liveness.sentBytes - buffered)
}

/** PINGRESP has arrived. */
export function notePong(liveness: Liveness): void {
  clearTimeout(liveness.pingTimer)
  pingWhenIdle(liveness)
}

export function stopWatching({ pingTimer, drainTimer }: Liveness): void {
  clearTimeout(pingTimer)
  clearTimeout(drainTimer)
}

function pingWhenIdle(liveness: Liveness): void {
  const { keepaliveInSeconds, ping } = liveness.options
  const keepaliveInMs = keepaliveInSeconds * 1000
  const restInMs = liveness.sentAt + keepaliveInMs - performance.now()
  if (restInMs > 0) {
    liveness.pingTimer = setTimeout(pingWhenIdle, restInMs, liveness)
    return
  }
  const timeoutInMs = Math.min(keepaliveInMs / 2, MAX_PING_TIMEOUT_IN_MS)
  liveness.pingTimer = setTimeout(
    failLiveness,
    timeoutInMs,
    liveness,
    `Hub did not answer a ping within ${timeoutInMs} ms`,
  )
  ping()
}

function checkDrainLater(liveness: Liveness, accepted: number): void {
  liveness.drainTimer = setTimeout(checkDrain, STALL_TIMEOUT_IN_MS, liveness, accepted)
}

function checkDrain(liveness: Liveness, acceptedBefore: number): void {
  liveness.drainTimer = undefined
  const buffered = liveness.options.bufferedBytes()
  if (buffered === 0) return
  const accepted = liveness.sentBytes - buffered
  if (accepted > acceptedBefore) checkDrainLater(liveness, accepted)
  else failLiveness(liveness, `Network accepted none of ${buffered} bytes within ${STALL_TIMEOUT_IN_MS} ms`)
}

function failLiveness(liveness: Liveness, reason: string): void {
  stopWatching(liveness)
  liveness.options.onDead(reason)
}
