import { TwinError } from '../errors.ts'
import type { Call, CallOutcome } from './messages.ts'

/** What the app asked for in this tab and has no outcome of, in order; whoever leads next is asked again. */
export interface Calls {
  /**
   * @returns its `id`
   * @throws RangeError when more waits than anybody can wait for
   */
  add(call: Call, settle: (outcome: CallOutcome) => void): number
  /** Nobody waits for it any longer. @returns whether somebody did */
  forget(id: number): boolean
  settle(id: number, outcome: CallOutcome): void
  /** What was asked for has come about, and the news of it have not: the wait ends with `settleHeld`. */
  hold(id: number, outcome: CallOutcome): void
  settleHeld(): void
  /** Those without an outcome. */
  readonly open: readonly OpenCall[]
  /** No `id` before it is open. */
  readonly firstOpen: number
  /** Rejects what is left. */
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

/** As many as wait in the queue of a twin. */
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
        throw new RangeError(`${entries.size} calls wait for the tab that holds the connection; no more are taken`)
      }
      const id = ++last
      entries.set(id, { id, call, settle: onOutcome })
      return id
    },
    forget: (id) => entries.delete(id),
    settle,
    hold(id, outcome) {
      const entry = entries.get(id)
      if (entry !== undefined) entries.set(id, { ...entry, outcome })
    },
    settleHeld() {
      for (const { id, outcome } of [...entries.values()]) if (outcome !== undefined) settle(id, outcome)
    },
    get open() {
      return [...entries.values()].filter(({ outcome }) => outcome === undefined)
    },
    get firstOpen() {
      return [...entries.keys()][0] ?? last + 1
    },
    close(cause) {
      const error = new TwinError('ERR_CLOSED', 'Twin was closed before the hub answered', cause && { cause })
      for (const { id, outcome } of [...entries.values()]) settle(id, outcome ?? { type: 'failed', error })
    },
  }
}
