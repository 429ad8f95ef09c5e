import { TwinError } from '../errors.ts'
import type { Answer } from '../protocol/response.ts'
import type { Clock } from './clock.ts'

export type Outcome =
  | ({ readonly type: 'answered' } & Answer & { readonly version?: number })
  | { readonly type: 'failed'; readonly error: TwinError }

/**
 * The open requests of a connection by `$rid`. Each ends with an answer, its deadline or the
 * connection.
 */
export interface Requests {
  /**
   * @param timeoutInMs without it the request waits until the connection ends
   * @returns the `$rid` to send it with
   */
  open(onOutcome: (outcome: Outcome) => void, timeoutInMs?: number): string
  /** Ignores an answer to a request that is not open. */
  answer(rid: string, answer: Omit<Extract<Outcome, { type: 'answered' }>, 'type'>): void
  failAll(error: TwinError): void
  /** No request is open. */
  isIdle(): boolean
}

/** @param onIdle called after the outcome of the last open request */
export function createRequests(clock: Clock, onIdle: () => void): Requests {
  const open = new Map<string, (outcome: Outcome) => void>()
  let count = 0

  function settle(rid: string, outcome: Outcome): void {
    open.get(rid)?.(outcome)
  }

  return {
    open(onOutcome, timeoutInMs) {
      const rid = String(++count)
      const cancel =
        timeoutInMs !== undefined &&
        clock.after(timeoutInMs, () => {
          const error = new TwinError('ERR_TIMEOUT', `Hub did not answer within ${timeoutInMs} ms`)
          settle(rid, { type: 'failed', error })
        })
      open.set(rid, (outcome) => {
        open.delete(rid)
        if (cancel !== false) cancel()
        onOutcome(outcome)
        if (open.size === 0) onIdle()
      })
      return rid
    },
    answer(rid, answer) {
      settle(rid, { ...answer, type: 'answered' })
    },
    isIdle: () => open.size === 0,
    failAll(error) {
      for (const rid of [...open.keys()]) settle(rid, { type: 'failed', error })
    },
  }
}
