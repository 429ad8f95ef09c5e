import { format } from 'node:util'

export type Run = (...args: never[]) => unknown

export interface Hooks {
  readonly beforeAll: Run[]
  readonly afterAll: Run[]
  readonly beforeEach: Run[]
  readonly afterEach: Run[]
}

export interface Suite extends Hooks {
  readonly name: string
  readonly parent: Suite | undefined
}

export interface RegisteredTest {
  /** Unique in its file, and the same in each run of it. */
  readonly name: string
  readonly suite: Suite
  readonly run: Run
}

/** A test file calls `describe()` and `test()` while it loads. The registry keeps these calls. */
export interface Registry {
  readonly tests: readonly RegisteredTest[]
  /** The exports of vitest, apart from `expect` and `vi`. */
  readonly api: Readonly<Record<string, unknown>>
}

type Define = (name: string, ...rest: unknown[]) => void

function createSuite(name: string, parent: Suite | undefined): Suite {
  return { name, parent, beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] }
}

/** Vitest allows options before or after the function. Mutation testing has its own deadlines. */
function functionIn(rest: readonly unknown[]): Run {
  const run = rest.find((part) => typeof part === 'function')
  if (run === undefined) throw new TypeError('describe() and test() need a function')
  return run as Run
}

function nameFor(name: string, row: readonly unknown[]): string {
  const places = name.match(/%[sdifjoO]/gu)?.length ?? 0
  return format(name, ...row.slice(0, places))
}

function withVariants(define: Define): unknown {
  const each =
    (rows: readonly unknown[]) =>
    (name: string, ...rest: unknown[]): void => {
      const run = functionIn(rest) as (...args: unknown[]) => unknown
      const isTable = rows.every((row) => Array.isArray(row))
      for (const row of rows) {
        const args = isTable ? (row as unknown[]) : [row]
        define(nameFor(name, args), () => run(...args))
      }
    }
  const skip: Define = () => {}
  const runIf = (condition: unknown): unknown => (condition ? Object.assign(define, { each }) : skip)
  const skipIf = (condition: unknown): unknown => runIf(!condition)
  return Object.assign(define, { each, runIf, skipIf, skip })
}

export function createRegistry(onTestFinished: (cleanup: Run) => void): Registry {
  const tests: RegisteredTest[] = []
  let suite = createSuite('', undefined)
  const describe: Define = (name, ...rest) => {
    const outer = suite
    suite = createSuite(`${outer.name}${name} `, outer)
    functionIn(rest)()
    suite = outer
  }
  const test: Define = (name, ...rest) => {
    // Rows of a table can share a name, so the position makes it unique.
    tests.push({ name: `${tests.length} ${suite.name}${name}`, suite, run: functionIn(rest) })
  }
  // Cleanups run in the opposite order of their setups.
  const hook = (kind: keyof Hooks) => (run: Run) =>
    void (kind.startsWith('after') ? suite[kind].unshift(run) : suite[kind].push(run))
  const api = {
    describe: withVariants(describe),
    test: withVariants(test),
    it: withVariants(test),
    beforeAll: hook('beforeAll'),
    afterAll: hook('afterAll'),
    beforeEach: hook('beforeEach'),
    afterEach: hook('afterEach'),
    onTestFinished,
  }
  return { tests, api }
}
