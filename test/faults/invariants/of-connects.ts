import type { TwinStatus } from '../../../core/src/protocol/machine-states.ts'
import type { Device, Seen } from '../device.ts'

/** A timer of Node may fire a millisecond early. */
const SLACK_IN_MS = 2

/** As `ERR_REPLACED` waits, and how long the source of tokens is left alone. */
const REPLACED_FACTOR = 5
const RENEWAL_FACTOR = 0.5

/**
 * One connection at a time; none before its wait is over; no wait longer than the options allow.
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
    return open > 1 ? ['a second connection was begun beside the first'] : []
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
    // A page that is put away waits for as long as there is.
    if (event.type === 'struck' && event.step.type === 'sleep') isPutAway = true
    // A wake cuts a wait short, once.
    if (event.type === 'struck' && event.step.type === 'wake' && wait?.status.error.code !== 'ERR_REPLACED')
      wait = undefined
    if (event.type !== 'observed') continue
    const { observation } = event
    // Told before the timer is started, unlike the status.
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
 * On a living connection a token is asked for when it is due, and not all the time. A clock that is
 * set makes it due.
 */
function faultsOfRenewals(seen: readonly Seen[], { maxRetryDelayInMs }: Device['options']): string[] {
  let isReady = false
  let askedAtMs = -Infinity
  return seen.flatMap((event) => {
    if (event.type === 'struck' && event.step.type === 'clock') askedAtMs = -Infinity
    if (event.type !== 'observed') return []
    const { observation } = event
    if (observation.type === 'state') isReady = observation.state === 'ready'
    if (!isReady || observation.type !== 'token' || observation.step !== 'asked') return []
    const sinceMs = event.atInMs - askedAtMs + SLACK_IN_MS
    askedAtMs = event.atInMs
    return sinceMs < maxRetryDelayInMs * RENEWAL_FACTOR ? [`a token was asked for again after ${sinceMs} ms`] : []
  })
}
