import { writeFileSync } from 'node:fs'
import type { Reporter, Suite, TestCase, TestError } from '@playwright/test/reporter'
import { failed, passed, skipped, sum, type Tally } from '../../tools/test/tally.ts'

/** Writes the tally of a run to the file in HUBTWIN_TALLY. A skipped test needs a reason. */
export default class TallyReporter implements Reporter {
  private root: Suite | undefined
  private readonly strays: Tally[] = []

  onBegin(_: unknown, suite: Suite): void {
    this.root = suite
  }

  onError({ message = 'an error without a message' }: TestError): void {
    this.strays.push(failed(`outside any test: ${message}`))
  }

  onEnd(): void {
    const file = process.env['HUBTWIN_TALLY']
    if (file === undefined) return
    writeFileSync(file, JSON.stringify(sum([...(this.root?.allTests() ?? []).map(tallyOf), ...this.strays])))
  }

  printsToStdio(): boolean {
    return false
  }
}

function tallyOf(test: TestCase): Tally {
  const title = test.titlePath().filter(Boolean).join(' > ')
  switch (test.outcome()) {
    case 'expected':
      return passed()
    case 'skipped':
      return skipped(title, test.annotations.find(({ type }) => type === 'skip')?.description ?? 'no reason given')
    // A flaky test passes at a retry. This configuration has no retries.
    case 'flaky':
    case 'unexpected':
      return failed(title)
  }
}
