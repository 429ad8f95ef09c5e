import { TwinError } from '../errors.ts'
import type { Clock } from '../session/clock.ts'
import { createTimers } from '../session/timers.ts'
import type { HubLink } from '../twin/hub-link.ts'
import type { TwinNews } from '../twin/news.ts'
import { createCalls } from './calls.ts'
import type { Call, CallOutcome, Notice, OutcomeNotice, Request, Seen, TabState } from './messages.ts'

/** What every tab is, the one that leads too: it follows the news of a term, and has its calls done. */
export interface Member extends Pick<HubLink, 'report' | 'refresh'> {
  /** Asks who leads, and whether this tab is in step. */
  hello(): void
  receive(notice: Notice): void
  /** Follows nobody any longer; what was asked for goes on waiting. */
  leave(): void
  /** Rejects all that waits. */
  close(cause: TwinError | undefined): void
}

export interface MemberOptions {
  readonly tab: string
  readonly clock: Clock
  /** How long the tab that leads may take to answer. */
  readonly answerTimeoutInMs: number
  /** This tab asks itself, and does not have to wait. */
  readonly isLeading: () => boolean
  readonly send: (request: Request) => void
  readonly onNews: (news: TwinNews) => void
  /** There is a tab that leads, and this one is in step with it. */
  readonly onFollowing: () => void
}

type State =
  | { readonly type: 'asking' }
  | ({ readonly type: 'following' } & Seen)
  /** There was no answer. */
  | { readonly type: 'lost' }

/** How often a tab that hears nothing asks whether the other is still there. */
const CHECK_IN_MS = 10_000

export function createMember(options: MemberOptions): Member {
  const { tab, clock, answerTimeoutInMs, isLeading, send, onNews, onFollowing } = options
  const timers = createTimers<'check' | 'answer'>(clock, (timer) => (timer === 'check' ? hello() : giveUp()))
  const calls = createCalls()
  let state: State = { type: 'asking' }
  /** Only the answer to the last question counts: it comes from who leads, or a `lead` follows it. */
  let nonce = 0

  function hello(): void {
    nonce++
    timers.stop('check')
    if (!isLeading()) timers.start('answer', answerTimeoutInMs)
    const seen = state.type === 'following' ? { seen: { term: state.term, n: state.n } } : undefined
    send({ type: 'hello', tab, nonce, open: calls.firstOpen, ...seen })
  }

  function giveUp(): void {
    timers.start('check', CHECK_IN_MS)
    if (state.type === 'lost') return
    state = { type: 'lost' }
    const error = new TwinError('ERR_TIMEOUT', 'Tab that holds the connection does not answer')
    onNews({ type: 'status', status: { type: 'waiting', retryInMs: CHECK_IN_MS, error } })
  }

  function adopt(seen: Seen, { document, status }: TabState): void {
    state = { type: 'following', term: seen.term, n: seen.n }
    onFollowing()
    if (document !== undefined) onNews({ type: 'document', document })
    onNews({ type: 'status', status })
    calls.settleHeld()
    for (const { id, call } of calls.open) send({ type: 'call', tab, term: seen.term, id, call })
  }

  function receiveNews({ term, n, news }: Extract<Notice, { type: 'news' }>): void {
    if (state.type !== 'following' || state.term !== term) return
    if (n !== state.n + 1) {
      state = { type: 'asking' }
      return hello()
    }
    state = { ...state, n }
    onNews(news)
  }

  function receiveOutcome({ term, id, outcome }: OutcomeNotice): void {
    if (state.type === 'following' && state.term === term) calls.settle(id, outcome)
    // Of a term that has ended, or before a gap is closed: done is done, but the app would not see it in `reported` yet.
    else calls.hold(id, outcome)
  }

  function ask(call: Call, settle: (outcome: CallOutcome) => void): () => void {
    const id = calls.add(call, settle)
    if (state.type === 'following') send({ type: 'call', tab, term: state.term, id, call })
    return () => {
      const isOpen = calls.forget(id)
      if (isOpen && state.type === 'following') send({ type: 'takeBack', tab, term: state.term, id })
    }
  }

  return {
    hello,
    receive(notice) {
      if ('tab' in notice && notice.tab !== tab) return
      switch (notice.type) {
        case 'lead':
          if (state.type === 'following' && state.term === notice.term) return
          state = { type: 'asking' }
          return hello()
        case 'welcome':
          if (notice.nonce !== nonce) return
          timers.stop('answer')
          if (!isLeading()) timers.start('check', CHECK_IN_MS)
          return notice.state && adopt(notice, notice.state)
        case 'news':
          return receiveNews(notice)
        case 'outcome':
          return receiveOutcome(notice)
        case 'bequest':
          return
      }
    },
    report: (patch, waiter) =>
      ask({ type: 'report', patch }, (outcome) =>
        outcome.type === 'done' ? waiter.resolve(outcome.version ?? 0) : waiter.reject(outcome.error),
      ),
    refresh: (waiter) =>
      ask({ type: 'refresh' }, (outcome) =>
        outcome.type === 'done' ? waiter.resolve() : waiter.reject(outcome.error),
      ),
    leave() {
      timers.stopAll()
      nonce++
      state = { type: 'asking' }
    },
    close: calls.close,
  }
}
