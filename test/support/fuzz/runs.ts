import type { Parameters } from 'fast-check'

/**
 * HUBTWIN_FUZZ_RUNS: the number of cases for each property, in place of its default.
 * HUBTWIN_FUZZ_SEED: another seed for other cases.
 */
const wanted = Number(process.env['HUBTWIN_FUZZ_RUNS'] ?? 0)
const seed = Number(process.env['HUBTWIN_FUZZ_SEED'] ?? 1)

/** Runs the same cases every time, unless the environment sets a seed or a count. */
export function runs<T>(usual: number): Parameters<T> {
  return { numRuns: wanted > 0 ? wanted : usual, seed }
}

/** The timeout of a test: no limit if the environment sets a count. */
export const timeoutInMs: number = wanted > 0 ? 0 : 60_000
