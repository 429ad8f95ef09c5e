import { existsSync } from 'node:fs'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'
import { CHROMIUM_ARGS } from './test/support/chromium-args.ts'
import { type BrowserName, findBrowser } from './tools/browsers.ts'
import { SlowFirst } from './tools/slow-first.ts'

const SECOND = 1000

/** Tests that are slow by nature: `npm run test:all` runs them, as the suite `slow`. */
const SLOW_TESTS = 'test/*/**/*.slow.test.ts'

interface Suite {
  name: string
  include: string[]
  exclude?: string[]
  testTimeout: number
  /** @default 2 */
  maxWorkers?: number
  /**
   * The folder whose `global-setup.ts` runs once before the suite, in vitest's own process, where
   * there is one.
   */
  setup?: string
  /**
   * Whether the test files of a worker share their modules. Then a helper module may not call
   * `afterEach` itself, since it runs for the first file only.
   * @default false
   */
  sharesModules?: boolean
  /** @default 'node' */
  environment?: 'jsdom' | 'happy-dom'
}

/**
 * A project a suite. The timeouts are for tests that hang, with room for two busy cores; no test
 * should come near.
 *
 * Vitest forks the worker processes after the global setup, with its environment. So a setup that
 * starts a hub can set `process.env.NODE_EXTRA_CA_CERTS` to the hub's CA. Clients in Node then
 * trust the hub without any option. Interop needs this to let the unmodified SDKs connect.
 */
const suites: Suite[] = [
  { name: 'unit', include: ['test/unit/**/*.test.ts'], sharesModules: true, testTimeout: 40 * SECOND },
  { name: 'session', include: ['test/session/**/*.test.ts'], sharesModules: true, testTimeout: 40 * SECOND },
  { name: 'emulator', include: ['test/emulator/**/*.test.ts'], sharesModules: true, testTimeout: 60 * SECOND },
  { name: 'slow', include: [SLOW_TESTS], exclude: [], testTimeout: 60 * SECOND },
  // Both start the programs a few hundred times.
  {
    name: 'service',
    include: ['test/service/**/*.test.ts'],
    sharesModules: true,
    testTimeout: 60 * SECOND,
    setup: 'test/demo',
  },
  {
    name: 'demo',
    include: ['test/demo/**/*.test.ts'],
    sharesModules: true,
    testTimeout: 60 * SECOND,
    setup: 'test/demo',
  },
  // One file for every runtime that is not a browser: Node 20, a newer Node, Deno and Bun run it
  // unchanged.
  { name: 'contract', include: ['test/contract/node.test.ts'], testTimeout: 30 * SECOND, setup: 'test/contract' },
  // The imitations of a page that people test with.
  ...(['jsdom', 'happy-dom'] as const).map((environment) => ({
    name: `contract-${environment}`,
    include: ['test/contract/node.test.ts'],
    testTimeout: 30 * SECOND,
    setup: 'test/contract',
    environment,
  })),
  ...(['chromium', 'firefox'] as const).map((browser) => ({
    name: `contract-${browser}-scopes`,
    include: [`test/contract/scopes/${browser}.test.ts`],
    testTimeout: 40 * SECOND,
    setup: 'test/contract',
  })),
  {
    name: 'contract-workerd',
    include: ['test/contract/workerd.test.ts'],
    testTimeout: 30 * SECOND,
    setup: 'test/contract',
  },
  // WebKitGTK by its own driver: the contract, and one visit of the simulator. Playwright Test
  // drives the other browsers (test/pages).
  { name: 'webkit', include: ['test/webkit/**/*.test.ts'], testTimeout: 60 * SECOND, setup: 'test/contract' },
  {
    name: 'interop',
    include: ['test/interop/**/*.test.ts'],
    sharesModules: true,
    testTimeout: 60 * SECOND,
    setup: 'test/interop',
  },
  // Random plans of faults: the test has its own, longer limit.
  { name: 'faults', include: ['test/faults/**/*.test.ts'], testTimeout: 60 * SECOND },
  // Each copies an example, installs it, and runs it.
  { name: 'examples', include: ['test/examples/*.test.ts'], testTimeout: 300 * SECOND, setup: 'test/examples' },
  { name: 'tools', include: ['test/tools/**/*.test.ts'], sharesModules: true, testTimeout: 30 * SECOND },
]

function setupOf(folder: string | undefined): string[] {
  const file = `./${folder}/global-setup.ts`
  return folder !== undefined && existsSync(file) ? [file] : []
}

type LaunchOptions = NonNullable<NonNullable<Parameters<typeof playwright>[0]>['launchOptions']>

/** The contract in a page, or in a worker of a page. */
function contractIn(browser: BrowserName, place: 'page' | 'worker', options: LaunchOptions): TestProjectConfiguration {
  const executablePath = findBrowser(browser)
  const launchOptions = { ...options, ...(executablePath !== undefined && { executablePath }) }
  return {
    test: {
      name: `contract-${browser}-${place}`,
      include: [`test/contract/in-${place}.test.ts`],
      testTimeout: 30 * SECOND,
      hookTimeout: 30 * SECOND,
      globalSetup: setupOf('test/contract'),
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions }),
        instances: [{ browser }],
      },
    },
  }
}

export default defineConfig({
  test: {
    passWithNoTests: true,
    sequence: { sequencer: SlowFirst },
    projects: [
      ...suites.map(
        ({ exclude = [SLOW_TESTS], maxWorkers = 2, setup, sharesModules = false, environment = 'node', ...suite }) => ({
          test: {
            ...suite,
            exclude,
            maxWorkers,
            environment,
            hookTimeout: suite.testTimeout,
            teardownTimeout: 10 * SECOND,
            globalSetup: setupOf(setup),
            setupFiles: ['./test/support/run-cleanups-after-each.ts'],
            isolate: !sharesModules,
            pool: 'forks' as const,
          },
        }),
      ),
      contractIn('chromium', 'page', { args: [...CHROMIUM_ARGS] }),
      contractIn('chromium', 'worker', { args: [...CHROMIUM_ARGS] }),
      // Debian's Firefox speaks WebDriver BiDi, and not the protocol of Playwright's own build.
      contractIn('firefox', 'page', { channel: 'moz-firefox' }),
      contractIn('firefox', 'worker', { channel: 'moz-firefox' }),
    ],
  },
})
