import { TwinError } from '../errors.ts'
import type { HubLink } from '../twin/hub-link.ts'
import type { LeaderOptions, Leaving } from './leader-options.ts'
import type { Call, CallOutcome, HandedOverReport } from './messages.ts'

interface AcceptedCall {
  readonly tab: string
  readonly id: number
  readonly call: Call
  outcome?: CallOutcome
  cancel(): void
}

/** The calls that a leader has accepted from all tabs. */
export interface LeaderCalls {
  /** A tab repeats a call when it missed the outcome, and a call can also come by handover. */
  accept(tab: string, id: number, call: Call): void
  cancel(tab: string, id: number): void
  /** A tab that has got an outcome does not repeat the call. */
  forgetSettled(tab: string, open: number): void
  /** @returns the unfinished reports, without those that a tab rejects because it closes */
  handOver(how: Leaving): readonly HandedOverReport[]
}

/** @param left how this tab has left, if it has */
export function createLeaderCalls(
  { tab: own, term, emit }: LeaderOptions,
  link: Omit<HubLink, 'connection'>,
  left: () => Leaving | undefined,
): LeaderCalls {
  const accepted = new Map<string, AcceptedCall>()

  function settle(entry: AcceptedCall, outcome: CallOutcome): void {
    const { tab, id } = entry
    // When this tab closes, only its own calls fail. The other tabs repeat theirs to the next
    // leader.
    const isEnd = outcome.type === 'failed' && outcome.error instanceof TwinError && outcome.error.code === 'ERR_CLOSED'
    if (isEnd && (tab !== own || left() === 'sleep')) return
    // This tab never misses an outcome, but another tab may repeat its call.
    if (tab === own) accepted.delete(keyOf(tab, id))
    else entry.outcome = outcome
    emit({ type: 'outcome', tab, term, id, outcome })
  }

  return {
    accept(tab, id, call) {
      const known = accepted.get(keyOf(tab, id))
      if (known !== undefined) return known.outcome && settle(known, known.outcome)
      const entry: AcceptedCall = { tab, id, call, cancel() {} }
      accepted.set(keyOf(tab, id), entry)
      const reject = (error: unknown): void => settle(entry, { type: 'failed', error })
      try {
        entry.cancel =
          call.type === 'report'
            ? link.report(call.patch, { resolve: (version) => settle(entry, { type: 'done', version }), reject })
            : link.refresh({ resolve: () => settle(entry, { type: 'done' }), reject })
      } catch (error) {
        reject(error)
      }
    },
    cancel(tab, id) {
      accepted.get(keyOf(tab, id))?.cancel()
      accepted.delete(keyOf(tab, id))
    },
    forgetSettled(tab, open) {
      for (const [key, entry] of accepted) {
        if (entry.tab === tab && entry.id < open && entry.outcome !== undefined) accepted.delete(key)
      }
    },
    handOver(how) {
      const reports: HandedOverReport[] = []
      for (const { tab, id, call, outcome, cancel } of accepted.values()) {
        const isOwn = tab === own
        if (outcome !== undefined || call.type !== 'report' || (isOwn && how === 'close')) continue
        // The storage keeps the reports of this tab, which may never wake. The next leader gets
        // them twice, and sends them together. Without the handover, this tab would send them again
        // when it wakes, over newer values.
        if (!isOwn) cancel()
        reports.push({ tab, id, patch: call.patch })
      }
      return reports
    },
  }
}

function keyOf(tab: string, id: number): string {
  return `${tab}/${id}`
}
