import type { Parameters } from 'fast-check'

/**
 * HUBTWIN_FUZZ_RUNS: how many cases each property gets in place of its usual few hundred;
 * HUBTWIN_FUZZ_SEED: other ones.
 */
const wanted = Number(process.env['HUBTWIN_FUZZ_RUNS'] ?? 0)
const seed = Number(process.env['HUBTWIN_FUZZ_SEED'] ?? 1)

/** The same cases every time, unless the environment says otherwise. */
export function runs<T>(usual: number): Parameters<T> {
  return { numRuns: wanted > 0 ? wanted : usual, seed }
}

/** For a test: none where many cases are asked for. */
export const timeoutInMs: number = wanted > 0 ? 0 : 60_000
