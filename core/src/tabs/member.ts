import type { TwinError } from '../errors.ts'
import type { HubLink } from '../twin/hub-link.ts'
import { createCalls } from './calls.ts'
import { createFollowing, type Following } from './following.ts'
import type { MemberOptions } from './member-options.ts'
import type { Call, CallOutcome } from './messages.ts'

/**
 * The part of every tab, the leader included: follows the updates of a term, and sends the app's
 * calls.
 */
export interface Member
  extends Pick<HubLink, 'report' | 'refresh'>, Pick<Following, 'hello' | 'handleNotice' | 'leave'> {
  /** Rejects all waiting calls. */
  close(cause: TwinError | undefined): void
}

export function createMember(options: MemberOptions): Member {
  const { tab, send } = options
  const calls = createCalls()
  const following = createFollowing(options, {
    firstOpen: calls.firstOpen,
    onSynced(term) {
      calls.settleDeferred()
      for (const { id, call } of calls.open()) send({ type: 'call', tab, term, id, call })
    },
    onOutcome({ term, id, outcome }) {
      if (following.term() === term) calls.settle(id, outcome)
      // The call is done, but `reported` does not show it yet: the term has ended, or updates are
      // missing.
      else calls.defer(id, outcome)
    },
  })

  function request(call: Call, settle: (outcome: CallOutcome) => void): () => void {
    const id = calls.add(call, settle)
    const term = following.term()
    if (term !== undefined) send({ type: 'call', tab, term, id, call })
    return () => {
      const isOpen = calls.remove(id)
      const termNow = following.term()
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
