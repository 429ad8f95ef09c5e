import type { TwinError } from '../errors.ts'
import type { Clock } from '../session/clock.ts'
import type { HubLink } from '../twin/hub-link.ts'
import type { TwinUpdate } from '../twin/twin-update.ts'
import { createCalls } from './calls.ts'
import { createFollowing } from './following.ts'
import type { Call, CallOutcome, Notice, Request } from './messages.ts'

/**
 * The part of every tab, the leader included: follows the updates of a term, and sends the app's
 * calls.
 */
export interface Member extends Pick<HubLink, 'report' | 'refresh'> {
  /** Asks who leads, and whether this tab is in sync. */
  hello(): void
  handleNotice(notice: Notice): void
  /** Stops following. The calls go on waiting. */
  leave(): void
  /** Rejects all waiting calls. */
  close(cause: TwinError | undefined): void
}

export interface MemberOptions {
  readonly tab: string
  readonly clock: Clock
  /** The deadline of the leader's answer to a hello. */
  readonly answerTimeoutInMs: number
  /** This tab is the leader, so the answer needs no deadline. */
  readonly isLeading: () => boolean
  readonly send: (request: Request) => void
  readonly onUpdate: (update: TwinUpdate) => void
  /** There is a leader, and this tab is in sync with it. */
  readonly onFollowing: () => void
}

export function createMember(options: MemberOptions): Member {
  const { tab, send } = options
  const calls = createCalls()
  const following = createFollowing(options, {
    get firstOpen() {
      return calls.firstOpen
    },
    onSynced(term) {
      calls.settleDeferred()
      for (const { id, call } of calls.open) send({ type: 'call', tab, term, id, call })
    },
    onOutcome({ term, id, outcome }) {
      if (following.term === term) calls.settle(id, outcome)
      // The call is done, but `reported` does not show it yet: the term has ended, or updates are
      // missing.
      else calls.defer(id, outcome)
    },
  })

  function request(call: Call, settle: (outcome: CallOutcome) => void): () => void {
    const id = calls.add(call, settle)
    const { term } = following
    if (term !== undefined) send({ type: 'call', tab, term, id, call })
    return () => {
      const isOpen = calls.remove(id)
      const { term: termNow } = following
      if (isOpen && termNow !== undefined) send({ type: 'cancel', tab, term: termNow, id })
    }
  }

  return {
    hello: following.hello,
    handleNotice: following.handleNotice,
    report: (patch, waiter) =>
      request({ type: 'report', patch }, (outcome) =>
        outcome.type === 'done' ? waiter.resolve(outcome.version ?? 0) : waiter.reject(outcome.error),
      ),
    refresh: (waiter) =>
      request({ type: 'refresh' }, (outcome) =>
        outcome.type === 'done' ? waiter.resolve() : waiter.reject(outcome.error),
      ),
    leave: following.leave,
    close: calls.close,
  }
}
