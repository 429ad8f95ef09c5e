import { writeFileSync } from 'node:fs'
import type { Reporter, Suite, TestCase, TestError } from '@playwright/test/reporter'
import { failed, passed, passedAtLast, skipped, sum, type Tally } from '../../tools/test/tally.ts'

/** A reporter that writes a run's tally to the file named by HUBTWIN_TALLY; a skipped test has to say why. */
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
      return skipped(
        title,
        test.annotations.find(({ type }) => type === 'skip')?.description ?? 'the test says no reason',
      )
    case 'flaky':
      return passedAtLast(title)
    case 'unexpected':
      return failed(title)
  }
}
