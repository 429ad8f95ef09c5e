import { TwinError } from '../errors.ts'
import type { Call, CallOutcome } from './messages.ts'

/**
 * The calls of the app in this tab that have no outcome yet, in order. A new leader gets them
 * again.
 */
export interface Calls {
  /**
   * @returns the ID of the call
   * @throws RangeError when too many calls wait
   */
  add(call: Call, settle: (outcome: CallOutcome) => void): number
  /** The caller no longer waits. @returns `false` when the call was settled before */
  remove(id: number): boolean
  settle(id: number, outcome: CallOutcome): void
  /** Keeps an outcome until `settleDeferred`, because the updates before it are still missing. */
  defer(id: number, outcome: CallOutcome): void
  settleDeferred(): void
  /** @returns the calls without an outcome */
  open(): readonly OpenCall[]
  /** All calls before this ID are settled. */
  firstOpen(): number
  /** Rejects the remaining calls. */
  close(cause: TwinError | undefined): void
}

export interface OpenCall {
  readonly id: number
  readonly call: Call
}

interface Entry extends OpenCall {
  readonly settle: (outcome: CallOutcome) => void
  readonly outcome?: CallOutcome
}

/** The limit of the outbox, too. */
const MAX_CALLS = 10_000

export function createCalls(): Calls {
  const entries = new Map<number, Entry>()
  let last = 0

  function settle(id: number, outcome: CallOutcome): void {
    const entry = entries.get(id)
    entries.delete(id)
    entry?.settle(outcome)
  }

  return {
    add(call, onOutcome) {
      if (entries.size >= MAX_CALLS) {
        throw new RangeError(`${entries.size} calls wait for the leader tab, which is the limit`)
      }
      const id = ++last
      entries.set(id, { id, call, settle: onOutcome })
      return id
    },
    remove: (id) => entries.delete(id),
    settle,
    defer(id, outcome) {
      const entry = entries.get(id)
      if (entry !== undefined) entries.set(id, { ...entry, outcome })
    },
    settleDeferred() {
      for (const { id, outcome } of [...entries.values()]) if (outcome !== undefined) settle(id, outcome)
    },
    open: () => [...entries.values()].filter(({ outcome }) => outcome === undefined),
    firstOpen: () => [...entries.keys()][0] ?? last + 1,
    close(cause) {
      const error = new TwinError('ERR_CLOSED', 'Twin was closed before the hub answered', cause && { cause })
      for (const { id, outcome } of [...entries.values()]) settle(id, outcome ?? { type: 'failed', error })
    },
  }
}
