import { Refusal } from '../errors/refusal.ts'

/** The refusal of a snapshot, with the place in it that is wrong. */
export function misplaced(place: string, what: string): Refusal {
  return refusedSnapshot(`${place}: ${what}`)
}

export function refusedSnapshot(message: string): Refusal {
  return new Refusal('ArgumentInvalid', `The snapshot cannot be restored: ${message}`)
}

/** Checks a part of a snapshot by a rule that knows nothing of snapshots. */
export function within(place: string, check: () => void): void {
  try {
    check()
  } catch (error) {
    throw misplaced(place, error instanceof Error ? error.message : String(error))
  }
}
