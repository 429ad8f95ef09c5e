import type { TwinObservation } from 'hubtwin/light'
import type { WireEntry } from './wire-entry.ts'

/** The attempt to connect that the newest entries of the wire log belong to. */
export type Attempt =
  | { readonly type: 'none'; readonly failures: number }
  /** The attempt is in progress; `firstId` is its first entry. */
  | { readonly type: 'running'; readonly firstId: number; readonly failures: number }
  /** The attempt failed. Later entries until the next attempt, such as DISCONNECT, belong to it. */
  | { readonly type: 'failed'; readonly firstId: number; readonly failures: number; readonly reason: string }

export const NO_ATTEMPT: Attempt = { type: 'none', failures: 0 }

/** @param id the entry of the observation */
export function nextAttempt(attempt: Attempt, observation: TwinObservation, id: number): Attempt {
  if (observation.type !== 'state') return attempt
  const { state, error } = observation
  switch (state) {
    case 'authorizing':
      return { type: 'running', firstId: id, failures: attempt.failures }
    case 'opening':
      return attempt.type === 'running' ? attempt : { type: 'running', firstId: id, failures: attempt.failures }
    case 'syncing':
      return attempt
    case 'waiting':
    case 'closed':
      return attempt.type === 'running' && error !== undefined
        ? { ...attempt, type: 'failed', failures: attempt.failures + 1, reason: `${error.message} (${error.code})` }
        : { type: 'none', failures: attempt.failures }
    default:
      return NO_ATTEMPT
  }
}

/** Combines the entries of a failed attempt into a single entry, with the ID of the first. */
export function foldedEntry(
  { id, at }: WireEntry,
  entries: readonly WireEntry[],
  { failures, reason }: Extract<Attempt, { type: 'failed' }>,
): WireEntry {
  const steps = entries.flatMap((entry) => entry.steps ?? [entry])
  return {
    id,
    at,
    direction: 'none',
    group: 'connection',
    name: 'attempt',
    detail: `${failures} failed: ${reason}`,
    steps,
    isTrouble: true,
  }
}
