import { TwinError } from '../errors.ts'
import type { TwinResponse } from '../protocol/response.ts'
import type { Clock } from './clock.ts'

export type Outcome =
  | ({ readonly type: 'response' } & TwinResponse & { readonly version?: number | undefined })
  | { readonly type: 'failed'; readonly error: TwinError }

/**
 * The open requests of a connection by `$rid`. Each ends with its response, its deadline, or
 * the connection.
 */
export interface Requests {
  readonly clock: Clock
  /** Called after the outcome of the last open request. */
  readonly onIdle: () => void
  readonly open: Map<string, OpenRequest>
  count: number
}

interface OpenRequest {
  readonly onOutcome: (outcome: Outcome) => void
  readonly stopTimer: (() => void) | undefined
}

export function createRequests(clock: Clock, onIdle: () => void): Requests {
  return { clock, onIdle, open: new Map(), count: 0 }
}

/**
 * @param timeoutInMs without it the request waits until the connection ends
 * @returns the `$rid` to send it with
 */
export function openRequest(requests: Requests, onOutcome: (outcome: Outcome) => void, timeoutInMs?: number): string {
  const rid = String(++requests.count)
  const fail = (): void => {
    const error = new TwinError('ERR_TIMEOUT', `Hub did not answer within ${timeoutInMs} ms`)
    settleRequest(requests, rid, { type: 'failed', error })
  }
  const stopTimer = timeoutInMs === undefined ? undefined : requests.clock.after(timeoutInMs, fail)
  requests.open.set(rid, { onOutcome, stopTimer })
  return rid
}

/** Ignores the outcome of a request that is not open. */
export function settleRequest({ open, onIdle }: Requests, rid: string, outcome: Outcome): void {
  const request = open.get(rid)
  if (request === undefined) return
  open.delete(rid)
  request.stopTimer?.()
  request.onOutcome(outcome)
  if (open.size === 0) onIdle()
}

export function failRequests(requests: Requests, error: TwinError): void {
  for (const rid of [...requests.open.keys()]) settleRequest(requests, rid, { type: 'failed', error })
}
