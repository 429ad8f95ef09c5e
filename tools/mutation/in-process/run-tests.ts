import { createRegistry, type Registry, type RegisteredTest, type Run, type Suite } from './test-registry.ts'
import { expect, vi } from './vitest-parts.ts'

export interface Outcome {
  readonly test: RegisteredTest
  readonly timeSpentMs: number
  /** Why the test failed, if it did. */
  readonly failure: string | undefined
}

export interface Plan {
  /** Evaluates the test file, with what it imports from vitest. */
  readonly load: (vitest: object) => void
  readonly isWanted: (name: string) => boolean
  readonly timeoutInMsOf: (name: string) => number
  /** Called before a test starts. */
  readonly onTest?: (name: string) => void
}

class TestTimeout extends Error {
  override readonly name = 'TestTimeout'
}

async function withTimeout(timeoutInMs: number, run: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((_, reject) => {
    timer = REAL.setTimeout(() => reject(new TestTimeout(`No end after ${timeoutInMs} ms`)), timeoutInMs)
  })
  try {
    await Promise.race([run(), expired])
  } finally {
    REAL.clearTimeout(timer)
  }
}

/** Tests replace the global timers. */
const REAL = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
}

/** The suite and those around it, innermost first. */
function outward(suite: Suite): Suite[] {
  return suite.parent === undefined ? [suite] : [suite, ...outward(suite.parent)]
}

/** The suite and those around it, outermost first. */
function inward(suite: Suite): Suite[] {
  return suite.parent === undefined ? [suite] : [...inward(suite.parent), suite]
}

async function runAll(hooks: readonly Run[]): Promise<void> {
  for (const hook of hooks) await hook()
}

/** Reports errors that no test catches, which fail the run in vitest too. */
function watchForStrayErrors(): { readonly first: () => unknown; readonly stop: () => void } {
  let first: unknown
  const note = (error: unknown): void => {
    first ??= error ?? new Error('An undefined value was thrown')
  }
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  return {
    first: () => first,
    stop: () => {
      process.off('uncaughtException', note)
      process.off('unhandledRejection', note)
    },
  }
}

async function runTest(test: RegisteredTest, ready: Suite[], finished: Run[]): Promise<void> {
  const suites = inward(test.suite)
  for (const suite of suites) {
    if (ready.includes(suite)) continue
    ready.unshift(suite)
    await runAll(suite.beforeAll)
  }
  try {
    for (const suite of suites) await runAll(suite.beforeEach)
    await test.run()
  } finally {
    for (const suite of outward(test.suite)) await runAll(suite.afterEach)
    await runAll(finished.splice(0))
  }
}

/** Runs the wanted tests of a file until the first failure. */
export async function runFile({ load, isWanted, timeoutInMsOf, onTest }: Plan): Promise<Outcome[]> {
  const finished: Run[] = []
  const registry: Registry = createRegistry((cleanup) => void finished.unshift(cleanup))
  const ready: Suite[] = []
  const outcomes: Outcome[] = []
  const stray = watchForStrayErrors()
  const failedToLoad = (error: unknown): Outcome[] => {
    const suite: Suite = { name: '', parent: undefined, beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] }
    return [
      { test: { name: '(load)', suite, run: () => {} }, timeSpentMs: 0, failure: `Does not load: ${String(error)}` },
    ]
  }
  try {
    load({ ...registry.api, expect, vi })
    for (const test of registry.tests.filter(({ name }) => isWanted(name))) {
      onTest?.(test.name)
      const start = performance.now()
      let failure: string | undefined
      try {
        await withTimeout(timeoutInMsOf(test.name), () => runTest(test, ready, finished))
        // Node reports an unhandled rejection after the microtasks.
        await new Promise<void>((resolve) => void REAL.setImmediate(resolve))
        if (stray.first() !== undefined) throw stray.first()
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error)
      }
      outcomes.push({ test, timeSpentMs: performance.now() - start, failure })
      if (failure !== undefined) break
    }
    for (const suite of ready) await withTimeout(5_000, () => runAll(suite.afterAll)).catch(() => {})
    return outcomes
  } catch (error) {
    return failedToLoad(error)
  } finally {
    vi.useRealTimers()
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    await new Promise<void>((resolve) => void REAL.setImmediate(resolve))
    stray.stop()
  }
}
