import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig, type Project } from '@playwright/test'
import { findBrowser } from '../../tools/browsers.ts'
import { CHROMIUM_ARGS } from '../support/chromium-args.ts'
import type { TransportOption } from './support/world.ts'

const chromium = findBrowser('chromium')
const firefox = findBrowser('firefox')

const inChromium: Project['use'] = {
  browserName: 'chromium',
  contextOptions: { reducedMotion: 'reduce' },
  launchOptions: {
    ...(chromium !== undefined && { executablePath: chromium }),
    args: [...CHROMIUM_ARGS],
    // Playwright disables the back/forward cache, which real browsers have.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  },
}

// Debian's Firefox speaks WebDriver BiDi, not the protocol of Playwright's own build.
const inFirefox: Project['use'] = {
  browserName: 'firefox',
  channel: 'moz-firefox',
  launchOptions: { ...(firefox !== undefined && { executablePath: firefox }) },
}

const SLOW = 'slow/*.spec.ts'
const DOCS = 'docs/*.spec.ts'

/** `npm test` runs `chromium`, and `npm run test:all` the other projects. */
export default defineConfig<TransportOption>({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: join(tmpdir(), 'hubtwin-pages'),
  globalSetup: './build-site.ts',
  fullyParallel: true,
  workers: 2,
  timeout: 40_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['./tally-reporter.ts']],
  use: { actionTimeout: 10_000, navigationTimeout: 15_000, viewport: { width: 1280, height: 800 } },
  projects: [
    { name: 'chromium', testIgnore: [SLOW, DOCS], use: inChromium },
    // Only tests of features that differ: storage, service workers, tabs, back/forward cache,
    // layout.
    { name: 'firefox', testIgnore: [SLOW, DOCS], grep: /@firefox/, use: inFirefox },
    { name: 'chromium-mqttjs', testMatch: 'twin/*.spec.ts', use: { ...inChromium, transport: 'mqtt.js' } },
    { name: 'slow', testMatch: SLOW, use: inChromium },
    // The built documentation site.
    { name: 'docs', testMatch: DOCS, use: inChromium },
  ],
})
