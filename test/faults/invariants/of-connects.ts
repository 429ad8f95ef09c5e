import type { TwinStatus } from '../../../core/src/protocol/machine-states.ts'
import type { Device, Seen } from '../device.ts'

/** Node's timers can fire a millisecond early. */
const SLACK_IN_MS = 2

/** The wait after `ERR_REPLACED`, and the time between two requests to the source of tokens. */
const REPLACED_FACTOR = 5
const RENEWAL_FACTOR = 0.5

/**
 * There is a single connection at a time. No connection starts before its wait is over, and no wait
 * is longer than the options allow.
 */
export function faultsOfConnects({ seen, options }: Device): string[] {
  return [...faultsOfOverlap(seen), ...faultsOfWaits(seen, options), ...faultsOfRenewals(seen, options)]
}

function faultsOfOverlap(seen: readonly Seen[]): string[] {
  let open = 0
  return seen.flatMap((event) => {
    if (event.type !== 'observed' || event.observation.type !== 'sent') return []
    if (event.observation.packet === 'CONNECT') open++
    if (event.observation.packet === 'DISCONNECT') open--
    return open > 1 ? ['a second connection started before the end of the first'] : []
  })
}

function faultsOfWaits(seen: readonly Seen[], options: Device['options']): string[] {
  const faults: string[] = []
  let attempt = 1
  let wait: { readonly fromMs: number; readonly status: Extract<TwinStatus, { type: 'waiting' }> } | undefined
  let mayBegin = true
  let isPutAway = false
  let endedAtMs = 0
  for (const event of seen) {
    if (event.type === 'status') {
      if (event.status.type === 'connecting') attempt = event.status.attempt
      if (event.status.type !== 'waiting') continue
      wait = { fromMs: endedAtMs, status: event.status }
      mayBegin = true
      const { retryInMs, error } = event.status
      const bound = longestWait(options, isPutAway ? Infinity : attempt, error.code === 'ERR_REPLACED')
      isPutAway = false
      if (retryInMs > bound) faults.push(`a wait of ${retryInMs} ms after attempt ${attempt}, at most ${bound} allowed`)
    }
    // A page in the background waits without a limit.
    if (event.type === 'applied' && event.step.type === 'sleep') isPutAway = true
    // A wake shortens a wait once.
    if (event.type === 'applied' && event.step.type === 'wake' && wait?.status.error.code !== 'ERR_REPLACED')
      wait = undefined
    if (event.type !== 'observed') continue
    const { observation } = event
    // The observation precedes the start of the timer, unlike the status.
    if (observation.type === 'state' && observation.state === 'waiting') endedAtMs = event.atInMs
    if (observation.type !== 'state' || observation.state !== 'authorizing') continue
    if (!mayBegin) faults.push('an attempt was begun without a wait')
    mayBegin = false
    const waitedInMs = wait === undefined ? Infinity : event.atInMs - wait.fromMs + SLACK_IN_MS
    if (wait !== undefined && waitedInMs < wait.status.retryInMs) {
      faults.push(`an attempt was begun after ${waitedInMs} ms, and ${wait.status.retryInMs} were announced`)
    }
  }
  return faults
}

function longestWait(options: Device['options'], attempt: number, isReplaced: boolean): number {
  const { retryDelayInMs, maxRetryDelayInMs } = options
  if (isReplaced) return REPLACED_FACTOR * maxRetryDelayInMs
  return Math.min(maxRetryDelayInMs, retryDelayInMs * 2 ** (attempt - 1))
}

/**
 * On a live connection, the client asks for a token only when the renewal is due. Setting the clock
 * makes it due.
 */
function faultsOfRenewals(seen: readonly Seen[], { maxRetryDelayInMs }: Device['options']): string[] {
  let isReady = false
  let askedAtMs = -Infinity
  return seen.flatMap((event) => {
    if (event.type === 'applied' && event.step.type === 'clock') askedAtMs = -Infinity
    if (event.type !== 'observed') return []
    const { observation } = event
    if (observation.type === 'state') isReady = observation.state === 'ready'
    if (!isReady || observation.type !== 'token' || observation.step !== 'asked') return []
    const sinceMs = event.atInMs - askedAtMs + SLACK_IN_MS
    askedAtMs = event.atInMs
    return sinceMs < maxRetryDelayInMs * RENEWAL_FACTOR ? [`a token was asked for again after ${sinceMs} ms`] : []
  })
}
