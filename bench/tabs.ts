import { cpus, loadavg } from 'node:os'
import { startHub } from 'hubtwin-emulator'
import { chromium, type Page } from 'playwright'
import { endings } from '../test/pages/support/endings.ts'
import type { TabPage } from '../test/pages/support/tab-page.ts'
import { servePage } from '../test/pages/support/serve-page.ts'
import { findBrowser } from '../tools/browsers.ts'
import { quartiles, type Quartiles } from './report/quartiles.ts'

// Measures how soon another tab leads after the leader starts to close. Run it with
// `npx tsx bench/tabs.ts [rounds]` after a build.

declare const window: { tab: TabPage; times: Record<string, number>; isOver?: boolean }

const [rounds = 10] = process.argv.slice(2).map(Number)
const executablePath = findBrowser('chromium')
const hub = await startHub()
const site = await servePage(new URL('../test/pages/support/tab-page.ts', import.meta.url))
const browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }) })
const connectionString = hub.connectionStrings.device('device1', { plain: true })

console.log(
  `${cpus().length} cores, load ${loadavg()[0]?.toFixed(2)}, Node ${process.version}, Chromium ${browser.version()}`,
)
console.log(
  '\n| ms, median (quartiles), when the leader | another leads | it is ready | the longest wait of a report |',
)
console.log('| --- | --- | --- | --- |')
for (const [how, end] of Object.entries(endings)) {
  const runs: (readonly [number, number, number])[] = []
  while (runs.length < rounds) runs.push(await takeOver(end))
  const [leads, ready, longest] = ([0, 1, 2] as const).map((column) => show(quartiles(runs.map((run) => run[column]))))
  console.log(`| ${how} | ${leads} | ${ready} | ${longest} |`)
}
await browser.close()
await site.close()
await hub.close()

async function takeOver(end: (page: Page, elsewhere: string) => Promise<unknown>): Promise<[number, number, number]> {
  const context = await browser.newContext()
  const [leader, heir, third] = [
    await open(context.newPage()),
    await open(context.newPage()),
    await open(context.newPage()),
  ]
  await heir.evaluate(() => {
    window.times = {}
    window.tab.twin.onRole(({ type }) => (window.times[type] ??= Date.now()))
    window.tab.twin.onStatus(({ type }) => {
      if (window.times['leader'] !== undefined && type === 'ready') window.times['ready'] ??= Date.now()
    })
  })
  const longest = third.evaluate(async () => {
    let longestInMs = 0
    while (!window.isOver) {
      const asked = Date.now()
      await window.tab.twin.report({ asked })
      longestInMs = Math.max(longestInMs, Date.now() - asked)
    }
    return longestInMs
  })
  const startedAt = Date.now()
  void end(leader, `${site.url}away`)
  await heir.waitForFunction(() => window.times['ready'] !== undefined)
  const times = await heir.evaluate(() => window.times)
  await third.evaluate(() => {
    window.isOver = true
  })
  const longestInMs = await longest
  await context.close()
  return [(times['leader'] ?? NaN) - startedAt, (times['ready'] ?? NaN) - startedAt, longestInMs]
}

async function open(opening: Promise<Page>): Promise<Page> {
  const page = await opening
  await page.goto(site.url)
  await page.evaluate((text) => window.tab.open(text, {}), connectionString)
  await page.waitForFunction(() => window.tab.twin.status.type === 'ready')
  return page
}

function show({ lower, median, upper }: Quartiles): string {
  return `${median.toFixed(0)} (${lower.toFixed(0)} to ${upper.toFixed(0)})`
}
