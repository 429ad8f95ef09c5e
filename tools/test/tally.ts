/** The result of a run. Each line of `skips` names a skipped test or suite and the reason. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly failures: readonly string[]
  readonly skips: readonly string[]
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] }

export function passed(): Tally {
  return { ...NOTHING, passed: 1 }
}

export function failed(what: string): Tally {
  return { ...NOTHING, failed: 1, failures: [what] }
}

export function skipped(what: string, why: string): Tally {
  return { ...NOTHING, skipped: 1, skips: [`${what}: ${why}`] }
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, tally) => total + tally.passed, 0),
    failed: tallies.reduce((total, tally) => total + tally.failed, 0),
    skipped: tallies.reduce((total, tally) => total + tally.skipped, 0),
    failures: tallies.flatMap((tally) => tally.failures),
    skips: tallies.flatMap((tally) => tally.skips),
  }
}

/** The last lines of `npm test`; the very last one is read by programs. */
export function summary(tally: Tally): string {
  return [
    ...list('Failed:', tally.failures),
    ...list('Skipped:', tally.skips),
    `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`,
  ].join('\n')
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [title, ...items.map((item) => `  ${item}`), '']
}
