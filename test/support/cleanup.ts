const cleanups: (() => unknown)[] = []

/** Runs a function after the current test. The last one runs first. */
export function later(cleanup: () => unknown): void {
  cleanups.push(cleanup)
}

export async function runCleanups(): Promise<void> {
  for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) await cleanup()
}
