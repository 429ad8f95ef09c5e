import { TwinError } from '../errors.ts'
import type { Clock } from './clock.ts'

export type Outcome =
  | { readonly type: 'answered'; readonly status: number; readonly version?: number; readonly body: string }
  | { readonly type: 'failed'; readonly error: TwinError }

/** The requests of one connection, by their `$rid`: each ends with an answer, its deadline or the connection. */
export interface Requests {
  /** @returns the `$rid` to send it with */
  open(onOutcome: (outcome: Outcome) => void): string
  /** An answer to a request that is not open, or no longer, means nothing. */
  answer(rid: string, answer: Omit<Extract<Outcome, { type: 'answered' }>, 'type'>): void
  failAll(error: TwinError): void
}

export function createRequests(clock: Clock, timeoutInMs: number): Requests {
  const open = new Map<string, (outcome: Outcome) => void>()
  let count = 0

  function settle(rid: string, outcome: Outcome): void {
    open.get(rid)?.(outcome)
  }

  return {
    open(onOutcome) {
      const rid = String(++count)
      const cancel = clock.after(timeoutInMs, () => {
        settle(rid, {
          type: 'failed',
          error: new TwinError('ERR_TIMEOUT', `Hub did not answer within ${timeoutInMs} ms`),
        })
      })
      open.set(rid, (outcome) => {
        open.delete(rid)
        cancel()
        onOutcome(outcome)
      })
      return rid
    },
    answer(rid, answer) {
      settle(rid, { ...answer, type: 'answered' })
    },
    failAll(error) {
      for (const rid of [...open.keys()]) settle(rid, { type: 'failed', error })
    },
  }
}
