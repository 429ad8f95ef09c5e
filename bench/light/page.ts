import { setTimeout as delay } from 'node:timers/promises'
import { type Browser, chromium } from 'playwright'
import { within } from '../../test/support/waits.ts'
import { servePage } from '../../test/pages/support/serve-page.ts'
import { findBrowser } from '../../tools/browsers.ts'
import type { BenchHub } from '../hub/start.ts'

import { table } from '../report/markdown.ts'
import type { BenchTable } from './table.ts'

/**
 * Chromium opens at most 255 WebSockets to a host (net/socket/client_socket_pool_manager.cc), so a
 * page cannot hold 500 twins.
 */
const COUNTS = [100, 250]
const DEADLINE_IN_MS = 60_000
const SECONDS = 10
const REPORT_INTERVAL_IN_MS = 5000
const CHANGES_PER_SECOND = 20

/** Many twins in a page: its long tasks. */
export const page: BenchTable = {
  name: 'page',
  async run(hub) {
    const executablePath = findBrowser('chromium')
    const browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }) })
    const site = await servePage(new URL('../measure/page-twins.ts', import.meta.url))
    try {
      const rows: string[][] = []
      for (const count of COUNTS) rows.push(await measure(browser, site.url, hub, count))
      const head = [
        'twins in a page',
        'synchronized after, s',
        'longest task before, ms',
        'after: tasks over 50 ms',
        'longest, ms',
        'changes heard',
      ]
      return `${table(head, rows)}\n\nChromium ${browser.version()}, ${SECONDS} s with ${CHANGES_PER_SECOND} desired changes per second, and a report of each twin every ${REPORT_INTERVAL_IN_MS / 1000} s.`
    } finally {
      await browser.close()
      await site.close()
    }
  },
}

async function measure(browser: Browser, url: string, { calls }: BenchHub, count: number): Promise<string[]> {
  const devices = await calls.createDevices({ count })
  const opened = await browser.newPage()
  await opened.goto(url)
  await opened.waitForFunction(() => 'twins' in window)
  const start = performance.now()
  const strings = devices.map(({ plain }) => plain)
  await within(
    `${count} twins in a page`,
    opened.evaluate((texts) => window.twins.open(texts), strings),
    DEADLINE_IN_MS,
  )
  const seconds = (performance.now() - start) / 1000
  const startup = await opened.evaluate(() => window.twins.take())
  await opened.evaluate((interval) => window.twins.startReports(interval), REPORT_INTERVAL_IN_MS)
  for (let change = 0; change < SECONDS * CHANGES_PER_SECOND; change++) {
    const { deviceId } = devices[change % count] ?? devices[0] ?? { deviceId: '' }
    await Promise.all([
      calls.patchDesired({ deviceId, patches: [{ climate: { target: change } }] }),
      delay(1000 / CHANGES_PER_SECOND),
    ])
  }
  await delay(200)
  const { tasks, changes } = await opened.evaluate(() => window.twins.take())
  await opened.close()
  if (changes !== SECONDS * CHANGES_PER_SECOND) throw new Error(`The page has heard ${changes} changes`)
  const longest = (durations: readonly number[]): string =>
    durations.length === 0 ? 'none over 50' : Math.max(...durations).toFixed(0)
  return [
    String(count),
    seconds.toFixed(2),
    longest(startup.tasks),
    String(tasks.length),
    longest(tasks),
    String(changes),
  ]
}
