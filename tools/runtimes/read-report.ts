import type { Capabilities } from '../../test/contract/capabilities.ts'
import type { RuntimeRecord } from '../../test/contract/runtime-record.ts'

/** The parts of vitest's JSON report that the table needs. */
export interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly Assertion[] }[]
}

interface Assertion {
  readonly ancestorTitles: readonly string[]
  readonly status: string
  readonly meta: { readonly runtime?: string; readonly capabilities?: Capabilities }
}

/**
 * Reads the result of each runtime in a report: a browser has several, such as a page and a worker.
 * The test of the capabilities names the runtime of the tests next to it.
 */
export function readReport({ testResults }: Report, version: string): RuntimeRecord[] {
  const assertions = testResults.flatMap(({ assertionResults }) => assertionResults)
  return assertions.flatMap(({ ancestorTitles: place, meta: { runtime, capabilities } }) => {
    if (runtime === undefined || capabilities === undefined) return []
    const tests: Record<string, [number, number]> = {}
    for (const { ancestorTitles, status } of assertions) {
      const way = ancestorTitles.at(-1) ?? ''
      const isBeside = ancestorTitles.slice(0, -1).join('/') === place.join('/')
      if (!isBeside || !/^wss?, \w+\(\)$/.test(way)) continue
      // The README names the runtime whose tests do not all apply.
      if (status === 'skipped' || status === 'pending') continue
      const [passed, all] = tests[way] ?? [0, 0]
      tests[way] = [passed + (status === 'passed' ? 1 : 0), all + 1]
    }
    return [{ runtime, version, tests, capabilities }]
  })
}
