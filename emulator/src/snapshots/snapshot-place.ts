import { Refusal } from '../errors/refusal.ts'

/** A problem in a snapshot. @param path where it is */
export function invalidSnapshot(path: string, problem: string): Refusal {
  return new Refusal('ArgumentInvalid', `The snapshot cannot be restored: ${path}: ${problem}`)
}

/** Adds the path of a part to the error of a check. */
export function within(path: string, check: () => void): void {
  try {
    check()
  } catch (error) {
    throw invalidSnapshot(path, error instanceof Error ? error.message : String(error))
  }
}
