import { afterEach } from 'vitest'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) await cleanup()
})

/** Undone after the test, last first. */
export function later(cleanup: () => unknown): void {
  cleanups.push(cleanup)
}
