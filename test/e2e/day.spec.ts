import { simulatorPage } from './simulator-page.ts'
import { expect, test } from './world.ts'

const MINUTES = 24 * 60
const STEP_IN_MINUTES = 5
/** Until then caches fill and code is compiled. */
const WARM_MINUTES = 120
/** What a day of one update a minute may leave behind: a thirtieth of what it would if each were kept with its row. */
const MAX_GROWTH_IN_BYTES = 1_000_000

test('the simulator has no more in its heap after a day of updates than after two hours of them', async ({
  browserName,
  page,
  context,
  hub,
  device,
}) => {
  test.skip(browserName !== 'chromium', 'only Chromium tells how much is in the heap')
  test.skip(process.env['HUBTWIN_DAY'] === undefined, 'takes minutes; HUBTWIN_DAY=1 asks for it')
  test.setTimeout(600_000)
  await page.clock.install()
  const simulator = simulatorPage(page)
  await simulator.connect(device.connectionString)
  await expect(simulator.state).toContainText(/ready|connected/i)
  const devtools = await context.newCDPSession(page)

  async function heap(): Promise<number> {
    await devtools.send('HeapProfiler.collectGarbage')
    const { usedSize } = await devtools.send('Runtime.getHeapUsage')
    return usedSize
  }

  const payload = 'x'.repeat(200)
  async function pass(from: number, to: number): Promise<void> {
    for (let minute = from; minute < to; minute += STEP_IN_MINUTES) {
      for (let each = minute; each < minute + STEP_IN_MINUTES; each++) {
        const desired = { minute: each, note: `${each} ${payload}` }
        await hub.updateTwin(device.deviceId, { properties: { desired } })
      }
      // The network takes real time: what it brings has to be there before the next minutes are over at once.
      await expect(simulator.desired).toContainText(`${minute + STEP_IN_MINUTES - 1} x`)
      await expect(simulator.state).toContainText(/ready|connected/i)
      // Timers that are due fire once each, as after a sleep; frame by frame a day would take hours.
      await page.clock.fastForward(STEP_IN_MINUTES * 60_000)
    }
  }

  await pass(0, WARM_MINUTES)
  const before = await heap()
  await pass(WARM_MINUTES, MINUTES)
  const after = await heap()
  test.info().annotations.push({ type: 'heap', description: `${before} bytes after two hours, ${after} after a day` })
  console.log(`heap: ${(before / 1e6).toFixed(2)} MB after two hours, ${(after / 1e6).toFixed(2)} MB after a day`)
  expect(after - before).toBeLessThan(MAX_GROWTH_IN_BYTES)
})
