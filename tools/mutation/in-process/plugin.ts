import { readFileSync, writeFileSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import {
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  type TestRunnerCapabilities,
  TestStatus,
} from '@stryker-mutator/api/test-runner'
import type * as Api from '@stryker-mutator/api/test-runner'
import { globSync } from 'tinyglobby'
import { areas } from '../areas.ts'
import { type Bundle, bundleTests } from './bundles.ts'
import { type Outcome, runFile } from './run-tests.ts'

// A test runner for Stryker. Vitest needs about a second of CPU time to start the tests of a
// mutant. This runner evaluates only the test files that reach the mutant, fastest first, and in
// the same process. The dry run proves that all tests pass here as they do in vitest.

const SETUP = './test/support/run-cleanups-after-each.ts'
/** In Stryker's copy of the project. Each process of the run reads what the dry run measured. */
const DURATIONS_FILE = 'in-process-durations.json'
const DRY_RUN_TIMEOUT_IN_MS = 120_000
const MIN_TIMEOUT_IN_MS = 2_000
const TIMEOUT_FACTOR = 10
/** Stryker allows a loop a hundred times its rounds in the dry run. */
const HIT_LIMIT_SHARE = 0.1
/** A quick run leaves out slow tests. They may notice some of its survivors. */
const IS_QUICK = process.env['HUBTWIN_MUTATION_QUICK'] === 'yes'
const SLOW_IN_MS = 1000

const idOf = (bundle: Bundle, name: string): string => `${bundle.file}#${name}`

function relativeTo(cwd: string, file: string): string {
  return isAbsolute(file) ? relative(cwd, file) : file
}

function resultOf(bundle: Bundle, { test, timeSpentMs, failure }: Outcome): TestResult {
  const base = { id: idOf(bundle, test.name), name: test.name, timeSpentMs, fileName: bundle.file }
  return failure === undefined
    ? { ...base, status: TestStatus.Success }
    : { ...base, status: TestStatus.Failed, failureMessage: failure }
}

class InProcessTestRunner implements TestRunner {
  #bundles: Bundle[] = []
  #durations: Record<string, number> = {}

  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: true }
  }

  async init(): Promise<void> {
    const area = areas[process.env['HUBTWIN_MUTATION'] ?? '']
    const files = globSync(area?.tests ?? [], { cwd: process.cwd() }).sort()
    this.#bundles = await bundleTests(files, SETUP)
    try {
      this.#durations = JSON.parse(readFileSync(DURATIONS_FILE, 'utf8')) as Record<string, number>
    } catch {
      // The dry run writes it.
    }
  }

  async dryRun({ files = [] }: Api.DryRunOptions): Promise<Api.DryRunResult> {
    const mutated = files.map((file) => relativeTo(process.cwd(), file))
    const tests: TestResult[] = []
    const perTest: Record<string, Record<string, number>> = {}
    for (const bundle of this.#bundles) {
      if (mutated.length > 0 && !mutated.some((file) => bundle.inputs.has(file))) continue
      const loaded: Record<string, number> = {}
      let current = loaded
      const start = performance.now()
      let loadTimeInMs = 0
      const outcomes = await runFile({
        load: (vitest) => {
          bundle.load(vitest, {
            active: undefined,
            onHit: () => false,
            onCover: (...ids) => {
              for (const id of ids) current[id] = (current[id] ?? 0) + 1
            },
          })
        },
        isWanted: () => true,
        timeoutInMsOf: () => DRY_RUN_TIMEOUT_IN_MS,
        // The code that runs while a file loads counts for each of its tests.
        onTest: (name) => {
          loadTimeInMs ||= performance.now() - start
          current = perTest[idOf(bundle, name)] = { ...loaded }
        },
      })
      const results = outcomes.map((outcome) => resultOf(bundle, outcome))
      tests.push(...results.filter(({ timeSpentMs }) => !IS_QUICK || timeSpentMs + loadTimeInMs < SLOW_IN_MS))
    }
    for (const id of Object.keys(perTest)) if (!tests.some((result) => result.id === id)) delete perTest[id]
    this.#durations = Object.fromEntries(tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]))
    writeFileSync(DURATIONS_FILE, JSON.stringify(this.#durations))
    return { status: DryRunStatus.Complete, tests, mutantCoverage: { static: {}, perTest } }
  }

  async mutantRun({ activeMutant, testFilter = [], hitLimit = Infinity }: MutantRunOptions): Promise<MutantRunResult> {
    const wanted = new Set(testFilter)
    let nrOfTests = 0
    for (const bundle of this.#fastestFirst(testFilter)) {
      let hits = 0
      const outcomes = await runFile({
        load: (vitest) => {
          bundle.load(vitest, {
            active: activeMutant.id,
            onHit: () => {
              if (++hits > hitLimit * HIT_LIMIT_SHARE) throw new Error(`The mutant ran ${hits} times`)
              return true
            },
            onCover: () => {},
          })
        },
        isWanted: (name) => wanted.has(idOf(bundle, name)),
        timeoutInMsOf: (name) => MIN_TIMEOUT_IN_MS + TIMEOUT_FACTOR * this.#durationOf(idOf(bundle, name)),
      })
      nrOfTests += outcomes.length
      const failed = outcomes.find(({ failure }) => failure !== undefined)
      if (failed !== undefined) {
        const killedBy = [idOf(bundle, failed.test.name)]
        return { status: MutantRunStatus.Killed, killedBy, failureMessage: failed.failure ?? '', nrOfTests }
      }
    }
    return { status: MutantRunStatus.Survived, nrOfTests }
  }

  #durationOf(id: string): number {
    return this.#durations[id] ?? 0
  }

  #fastestFirst(testIds: readonly string[]): Bundle[] {
    const cost = new Map<string, number>()
    for (const id of testIds) {
      const file = id.slice(0, id.indexOf('#'))
      cost.set(file, (cost.get(file) ?? 0) + this.#durationOf(id))
    }
    const costOf = ({ file }: Bundle): number => cost.get(file) ?? Infinity
    return this.#bundles.filter((bundle) => cost.has(bundle.file)).sort((a, b) => costOf(a) - costOf(b))
  }
}

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'in-process', () => new InProcessTestRunner()),
]
