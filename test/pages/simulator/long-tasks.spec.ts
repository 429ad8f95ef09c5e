import { traceTasks } from '../support/main-thread.ts'
import { expect, simulatorPage, test } from '../support/simulator-page.ts'

/**
 * The CPU time of a task at full speed. A processor of a quarter of the speed needs four times as
 * long, and a task of more than 100 ms delays what a person does.
 */
const LIMIT_IN_MS = 100 / 4

test('no task takes more than 100 ms at a quarter of the CPU speed, from the load to the connection', async ({
  browser,
  page,
  device,
}) => {
  const simulator = simulatorPage(page)
  const longest: number[] = []
  // The median of three, because a busy machine also empties the caches of the processor.
  for (let run = 0; run < 3; run++) {
    const tasks = await traceTasks(browser, page, async () => {
      await simulator.connectAs(device)
      await expect(page.locator('#device-model canvas')).toBeVisible()
    })
    expect(tasks.length).toBeGreaterThan(100)
    longest.push(tasks[0] ?? Number.NaN)
  }
  const [, median] = longest.sort((a, b) => a - b)
  expect(median, `the longest tasks took ${longest.join(', ')} ms of CPU time`).toBeLessThanOrEqual(LIMIT_IN_MS)
})
