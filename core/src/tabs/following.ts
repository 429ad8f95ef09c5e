import { TwinError } from '../errors.ts'
import { clearTimer, clearTimers, createTimers, setTimer } from '../session/timers.ts'
import type { MemberOptions } from './member-options.ts'
import type { Notice, OutcomeNotice, Seen, TabState } from './messages.ts'

/** Follows the updates of the leader, and notices gaps and a leader that does not answer. */
export interface Following {
  /** @returns the term that this tab follows */
  term(): string | undefined
  /** Asks which tab leads, and whether this tab is in sync. */
  hello(): void
  handleNotice(notice: Notice): void
  /** Stops following. The calls go on waiting. */
  leave(): void
}

export interface FollowingOptions {
  /** @returns the first ID of a call that may have no outcome */
  firstOpen(): number
  onSynced(term: string): void
  onOutcome(notice: OutcomeNotice): void
}

type State =
  | { readonly type: 'asking' }
  | ({ readonly type: 'following' } & Seen)
  /** The leader did not answer. */
  | { readonly type: 'lost' }

/** How often a tab checks that the leader still answers. */
const CHECK_IN_MS = 10_000

export function createFollowing(options: MemberOptions, calls: FollowingOptions): Following {
  const { tab, clock, leaderTimeoutInMs, isLeading, send, onUpdate, onFollowing } = options
  const timers = createTimers<'check' | 'response'>(clock, (timer) => (timer === 'check' ? hello() : giveUp()))
  let state: State = { type: 'asking' }
  /** Of the last hello. Older responses do not count: they may come from a previous leader. */
  let nonce = 0

  function hello(): void {
    nonce++
    clearTimer(timers, 'check')
    setTimer(timers, 'response', leaderTimeoutInMs)
    const seen = state.type === 'following' ? { seen: { term: state.term, n: state.n } } : undefined
    send({ type: 'hello', tab, nonce, open: calls.firstOpen(), ...seen })
  }

  function giveUp(): void {
    setTimer(timers, 'check', CHECK_IN_MS)
    if (state.type === 'lost') return
    state = { type: 'lost' }
    const error = new TwinError('ERR_TIMEOUT', 'Leader tab does not answer')
    onUpdate({ type: 'status', status: { type: 'waiting', retryInMs: CHECK_IN_MS, error } })
  }

  function resync(): void {
    state = { type: 'asking' }
    hello()
  }

  function adopt({ term, n }: Seen, { document, status }: TabState): void {
    state = { type: 'following', term, n }
    onFollowing()
    if (document !== undefined) onUpdate({ type: 'document', document })
    onUpdate({ type: 'status', status })
    calls.onSynced(term)
  }

  function handleUpdate({ term, n, update }: Extract<Notice, { type: 'update' }>): void {
    if (state.type !== 'following' || state.term !== term) return
    if (n !== state.n + 1) return resync()
    state = { ...state, n }
    onUpdate(update)
  }

  return {
    term: () => (state.type === 'following' ? state.term : undefined),
    hello,
    handleNotice(notice) {
      if ('tab' in notice && notice.tab !== tab) return
      switch (notice.type) {
        case 'lead':
          return resync()
        case 'welcome':
          if (notice.nonce !== nonce) return
          clearTimer(timers, 'response')
          if (!isLeading()) setTimer(timers, 'check', CHECK_IN_MS)
          return notice.state && adopt(notice, notice.state)
        case 'update':
          return handleUpdate(notice)
        case 'outcome':
          return calls.onOutcome(notice)
      }
    },
    leave() {
      clearTimers(timers)
      state = { type: 'asking' }
    },
  }
}
