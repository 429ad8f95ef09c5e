import { TwinError } from '../errors.ts'
import type { HubLink } from '../twin/hub-link.ts'
import type { TwinNews } from '../twin/news.ts'
import type { BequeathedReport, Call, CallOutcome, Notice, Request, TabState } from './messages.ts'

/** The tab that holds the connection: tells all tabs the news, and does what they ask for, each thing once. */
export interface Leader extends Pick<HubLink, 'wake' | 'sleep'> {
  /** @param reports what the one before has left */
  start(reports: readonly BequeathedReport[]): void
  receive(request: Request): void
  inherit(reports: readonly BequeathedReport[]): void
  /** Leaves what is not done to the next one, and ends the connection. @returns ends when that is gone */
  leave(how: Leaving): Promise<void>
}

/** Who closes has its own waits rejected; who is put to sleep goes on waiting, and may never come back. */
export type Leaving = 'close' | 'sleep'

export interface LeaderOptions {
  readonly tab: string
  readonly term: string
  readonly openLink: (onNews: (news: TwinNews) => void) => HubLink
  /** To all tabs, this one too, or to the one that it is for. */
  readonly emit: (notice: Notice) => void
  /** What this tab knows. */
  readonly snapshot: () => TabState
  /** What this tab has reported outlives it, in a storage of the app's. */
  readonly hasStorage: boolean
  /** The link has ended by itself. */
  readonly onClosed: (error: TwinError | undefined) => void
}

interface Taken {
  readonly tab: string
  readonly id: number
  readonly call: Call
  outcome?: CallOutcome
  takeBack(): void
}

export function createLeader(options: LeaderOptions): Leader {
  const { tab: own, term, emit, snapshot, onClosed } = options
  const taken = new Map<string, Taken>()
  const link = options.openLink(receiveNews)
  let n = 0
  let left: Leaving | undefined

  function receiveNews(news: TwinNews): void {
    if (left !== undefined) return
    if (news.type === 'status' && news.status.type === 'closed') onClosed(news.status.error)
    else emit({ type: 'news', term, n: ++n, news })
  }

  /** Asked again after an outcome that was not heard, or after it had been inherited, it is not done again. */
  function take(tab: string, id: number, call: Call): void {
    const key = `${tab}/${id}`
    const known = taken.get(key)
    if (known !== undefined) return known.outcome && answer(known, known.outcome)
    const entry: Taken = { tab, id, call, takeBack() {} }
    taken.set(key, entry)
    const fail = (error: unknown): void => answer(entry, { type: 'failed', error })
    try {
      entry.takeBack =
        call.type === 'report'
          ? link.report(call.patch, { resolve: (version) => answer(entry, { type: 'done', version }), reject: fail })
          : link.refresh({ resolve: () => answer(entry, { type: 'done' }), reject: fail })
    } catch (error) {
      fail(error)
    }
  }

  function answer(entry: Taken, outcome: CallOutcome): void {
    const { tab, id } = entry
    // That this tab closes is the end of its own waits alone: the others ask the next one.
    const isEnd = outcome.type === 'failed' && outcome.error instanceof TwinError && outcome.error.code === 'ERR_CLOSED'
    if (isEnd && (tab !== own || left === 'sleep')) return
    // This tab hears everything, another may ask again.
    if (tab === own) taken.delete(`${tab}/${id}`)
    else entry.outcome = outcome
    emit({ type: 'outcome', tab, term, id, outcome })
  }

  function inherit(reports: readonly BequeathedReport[]): void {
    for (const { tab, id, patch } of reports) take(tab, id, { type: 'report', patch })
  }

  /** What a tab has heard the outcome of will not be asked again. */
  function forgetSettled(tab: string, open: number): void {
    for (const [key, entry] of taken) {
      if (entry.tab === tab && entry.id < open && entry.outcome !== undefined) taken.delete(key)
    }
  }

  return {
    wake: link.wake,
    sleep: link.sleep,
    start(reports) {
      inherit(reports)
      emit({ type: 'lead', term })
      link.start()
    },
    inherit,
    receive(request) {
      const { tab } = request
      if (request.type === 'hello') {
        forgetSettled(tab, request.open)
        const isInStep = request.seen?.term === term && request.seen.n === n
        const welcome = { type: 'welcome', tab, nonce: request.nonce, term, n } as const
        return emit(isInStep ? welcome : { ...welcome, state: snapshot() })
      }
      if (request.term !== term) return
      if (request.type === 'call') return take(tab, request.id, request.call)
      taken.get(`${tab}/${request.id}`)?.takeBack()
      taken.delete(`${tab}/${request.id}`)
    },
    leave(how) {
      left = how
      // The storage holds what this tab itself has reported, and the next one begins with that.
      const stays = how === 'close' || options.hasStorage
      const reports: BequeathedReport[] = []
      for (const { tab, id, call, outcome, takeBack } of taken.values()) {
        if (outcome !== undefined || call.type !== 'report' || (stays && tab === own)) continue
        takeBack()
        reports.push({ tab, id, patch: call.patch })
      }
      if (reports.length > 0) emit({ type: 'bequest', reports })
      return link.close()
    },
  }
}
