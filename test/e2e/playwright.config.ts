import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig, type Project } from '@playwright/test'
import { findBrowser } from '../../tools/browsers.ts'

const chromium = findBrowser('chromium')
const firefox = findBrowser('firefox')

/** What a browser would ask of the world by itself; nothing leaves this machine. */
const quiet = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const projects: Project[] = [
  ...(chromium === undefined
    ? []
    : [
        {
          name: 'chromium',
          use: {
            browserName: 'chromium',
            launchOptions: {
              executablePath: chromium,
              args: quiet,
              // Playwright turns the back/forward cache off, and people have it.
              ignoreDefaultArgs: ['--disable-back-forward-cache'],
            },
          },
        } as const,
      ]),
  ...(firefox === undefined
    ? []
    : [
        {
          name: 'firefox',
          // Debian's Firefox speaks WebDriver BiDi, and not the protocol of Playwright's own build.
          use: { browserName: 'firefox', channel: 'moz-firefox', launchOptions: { executablePath: firefox } },
        } as const,
      ]),
]

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: join(tmpdir(), 'hubtwin-e2e'),
  globalSetup: './build-site.ts',
  fullyParallel: true,
  workers: 2,
  // A browser on a busy machine may stall for seconds; `npm test` names what needed the second try.
  retries: 1,
  timeout: 40_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['./tally-reporter.ts']],
  use: { actionTimeout: 10_000, navigationTimeout: 15_000 },
  projects,
})
