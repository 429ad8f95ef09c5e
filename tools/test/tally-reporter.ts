import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'
import { failed, passed, skipped, sum, type Tally } from './tally.ts'

/**
 * A vitest reporter that writes a run's tally to the file named by HUBTWIN_TALLY. Vitest's own JSON
 * reporter leaves out the note of `context.skip('why')` and the errors outside tests, and a skipped
 * test has to say why.
 */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const file = process.env['HUBTWIN_TALLY']
    if (file === undefined) return
    const strays = unhandledErrors.map((error) => failed(`outside any test: ${error.message}`))
    writeFileSync(file, JSON.stringify(sum([...modules.map(tallyOf), ...strays])))
  }
}

function tallyOf(module: TestModule): Tally {
  const suite = module.project.name
  const tallies: Tally[] = module
    .errors()
    .map((error) => failed(`${suite}: ${module.relativeModuleId}: ${error.message}`))
  for (const each of module.children.allSuites()) {
    tallies.push(...each.errors().map((error) => failed(`${suite}: ${each.fullName}: ${error.message}`)))
  }
  for (const test of module.children.allTests()) {
    const title = `${suite}: ${test.fullName}`
    const result = test.result()
    if (result.state === 'passed') tallies.push(passed())
    else if (result.state === 'failed') tallies.push(failed(title))
    else if (result.state === 'skipped') tallies.push(skipped(title, result.note ?? 'the test says no reason'))
    else tallies.push(failed(`${title} did not end`))
  }
  return sum(tallies)
}
