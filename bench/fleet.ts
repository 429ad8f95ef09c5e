import { rm } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { startHub } from 'hubtwin-emulator'
import { chromium, type Page } from 'playwright'
import { buildSite, serveSite } from '../test/pages/support/site.ts'
import { findBrowser } from '../tools/browsers.ts'
import { quartiles } from './report/quartiles.ts'

// Measures the frame time of the fleet page with 200 devices that report every 5 s and get desired
// patches, in turn with the same page without a device. Run it with `npx tsx bench/fleet.ts
// [rounds]` after a build.

const DEVICES = 200
const FRAMES = 120

const [rounds = 5] = process.argv.slice(2).map(Number)
const hub = await startHub()
const folder = await buildSite()
const site = await serveSite(folder, hub.plainPort)
const executablePath = findBrowser('chromium')
const browser = await chromium.launch({
  ...(executablePath !== undefined && { executablePath }),
  args: [`--host-resolver-rules=MAP localhost:10480 127.0.0.1:${hub.plainPort}`],
})
const [still, busy] = [await browser.newPage(), await browser.newPage()]
for (const page of [still, busy]) await page.goto(`${site.url}fleet`)
await busy.getByLabel('How many devices').fill(String(DEVICES))
await busy.locator('#start-local').click()
await busy.getByText(`${DEVICES} of ${DEVICES}`).waitFor({ timeout: 60_000 })

let step = 0
const changes = setInterval(() => {
  const deviceId = `fleet-${(++step % DEVICES) + 1}`
  void hub.updateTwin(deviceId, { properties: { desired: { climate: { target: 18 + (step % 8) } } } })
}, 50)

const frames = new Map<Page, number[]>([
  [still, []],
  [busy, []],
])
for (let round = 0; round < rounds; round++) {
  for (const [page, times] of frames) {
    await page.bringToFront()
    times.push(...(await page.evaluate(framesOf, FRAMES)))
  }
}
clearInterval(changes)

console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(2)}, Chromium ${browser.version()}`)
console.log('\n| ms a frame | median (quartiles) | 95 of 100 below |\n| --- | --- | --- |')
for (const [page, times] of frames) {
  const { lower, median, upper } = quartiles(times)
  const most = times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0
  const name = page === still ? 'no device' : `${DEVICES} devices`
  console.log(`| ${name} | ${median.toFixed(1)} (${lower.toFixed(1)} to ${upper.toFixed(1)}) | ${most.toFixed(1)} |`)
}
await browser.close()
await site.close()
await rm(folder, { recursive: true, force: true })
await hub.close()

/** Runs in the page. */
async function framesOf(count: number): Promise<number[]> {
  const times: number[] = []
  let last = await new Promise<number>(requestAnimationFrame)
  while (times.length < count) {
    const now = await new Promise<number>(requestAnimationFrame)
    times.push(now - last)
    last = now
  }
  return times
}
