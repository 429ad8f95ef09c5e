import type { JsonObject } from 'hubtwin'
import type { Page } from 'playwright'
import { expect, it } from 'vitest'
import { axeFaults } from './axe.ts'
import { isNoWiderThanScreen, isReady, seen, soon } from './look.ts'
import { describeSimulator } from './simulator.ts'

const second = 1000

describeSimulator('the device model', (simulator) => {
  it('reports nothing before it is started, and then what it is', async () => {
    const { page } = await simulator.connect()
    await page.getByLabel('by itself').check()
    await simulator.setDesired({ climate: { target: 23 } })
    await seen(page.locator('#desired-tree [data-path="climate.target"]'), '23')
    expect(simulator.reportedAtHub()['firmware']).toBeUndefined()
    await page.getByRole('button', { name: 'Start the device' }).click()
    await expect.poll(simulator.reportedAtHub, soon).toMatchObject({
      climate: { temperature: expect.any(Number), target: 23, fanOn: false },
      firmware: { version: '1.2.1', status: 'idle' },
    })
  })

  it('moves toward the target that the hub sets, tells the hub at the chosen pace, and draws it', async () => {
    const { page, complaints } = await start()
    await page.getByLabel('Reports what changes').selectOption({ label: 'every second' })
    const temperatures = listenFor(({ climate }) => (climate as JsonObject | undefined)?.['temperature'])
    await simulator.setDesired({ climate: { target: 23, fanOn: true } })
    await expect.poll(() => temperatures.length, soon).toBeGreaterThan(3)
    expect(temperatures).toEqual([...temperatures].sort((a, b) => Number(a) - Number(b)))
    await seen(model(page), '→ 23.0 °C heating, fan on')
    await model(page).locator('canvas').waitFor()
    await expect
      .poll(() => model(page).locator('.model-chart .visually-hidden').textContent(), soon)
      .toMatch(/^Temperature of the last .+: now .+; the target is 2\d\.0 °C\. (Reported|Not reported yet)/)
    expect(complaints).toEqual([])
  })

  it('takes the firmware through its states, and the hub hears of each', async () => {
    const { page } = await start()
    const statuses = listenFor(({ firmware }) => (firmware as JsonObject | undefined)?.['status'])
    const progresses = listenFor(({ firmware }) => (firmware as JsonObject | undefined)?.['progress'])
    await simulator.setDesired({ firmware: { version: '1.3.0', rollout: 'r1' } })
    await seen(model(page).getByRole('status'), 'Downloading 1.3.0')
    await expect.poll(() => statuses.at(-1), { timeout: 50 * second }).toBe('done')
    expect(statuses).toEqual(['downloading', 'applying', 'done'])
    // A handful, and not one a percent; the last is the null that takes it away.
    const percents = progresses.slice(0, -1)
    expect(percents.length).toBeLessThan(10)
    expect(percents).toEqual([...percents].sort((a, b) => Number(a) - Number(b)))
    expect(simulator.reportedAtHub()['firmware']).toEqual({ version: '1.3.0', status: 'done', rollout: 'r1' })
    await seen(model(page), 'Firmware 1.3.0')
  })

  it('can be made to fail, says so to the hub, and tries again at a press', async () => {
    const { page } = await start()
    await page.clock.install()
    await page.getByLabel('the next update fails').check()
    await simulator.setDesired({ firmware: { version: '1.3.0' } })
    await seen(model(page).getByRole('status'), 'Downloading 1.3.0')
    await page.clock.fastForward(30 * second)
    await expect
      .poll(() => simulator.reportedAtHub()['firmware'], soon)
      .toEqual({
        version: '1.2.1',
        status: 'failed',
        pending: '1.3.0',
        error: 'Version 1.3.0 did not start; 1.2.1 runs again',
      })
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.clock.fastForward(30 * second)
    await expect.poll(() => simulator.reportedAtHub()['firmware'], soon).toEqual({ version: '1.3.0', status: 'done' })
  })

  it('goes by the clock where the page had no timers for five minutes', async () => {
    const { page } = await start()
    await page.clock.install()
    await simulator.setDesired({ climate: { target: 30 } })
    await seen(model(page), '→ 30.0 °C')
    await page.clock.fastForward(5 * 60 * second)
    await seen(model(page), '30.0 °C → 30.0 °C holding')
    await expect.poll(simulator.reportedAtHub, soon).toMatchObject({ climate: { temperature: 30 } })
    await seen(model(page).locator('.model-chart .visually-hidden'), 'Temperature of the last 5 minutes: now 30.0 °C')
  })

  it('tells the hub after a lost connection what went on meanwhile', async () => {
    const { page } = await start()
    await page.clock.install()
    await simulator.setDesired({ firmware: { version: '1.3.0' } })
    await seen(model(page).getByRole('status'), 'Downloading 1.3.0')
    await page.getByRole('button', { name: 'Disconnect' }).click()
    await expect.poll(() => simulator.hub.connections().length, soon).toBe(0)
    await page.clock.fastForward(30 * second)
    await seen(model(page).getByRole('status'), 'The wanted version runs.')
    expect(simulator.reportedAtHub()['firmware']).toMatchObject({ version: '1.2.1' })
    await page.getByRole('button', { name: 'Connect again' }).click()
    await expect.poll(() => simulator.reportedAtHub()['firmware'], soon).toEqual({ version: '1.3.0', status: 'done' })
  })

  it('remembers over a reload what the hub knows: the version that runs, and how warm the room is', async () => {
    const { page } = await start()
    await page.clock.install()
    await simulator.setDesired({ climate: { target: 30 }, firmware: { version: '1.3.0' } })
    await seen(model(page).getByRole('status'), 'Downloading 1.3.0')
    await page.clock.fastForward(5 * 60 * second)
    await expect.poll(simulator.reportedAtHub, soon).toMatchObject({
      climate: { temperature: 30 },
      firmware: { version: '1.3.0', status: 'done' },
    })
    await page.context().close()
    const again = await start()
    await seen(model(again.page), '30.0 °C')
    await seen(model(again.page), 'Firmware 1.3.0')
    expect(simulator.reportedAtHub()).toMatchObject({ firmware: { version: '1.3.0', status: 'done' } })
  })

  it('does what is desired by hand where it is told to', async () => {
    const { page } = await simulator.connect()
    await page.getByRole('button', { name: 'Start the device' }).click()
    await expect.poll(() => simulator.reportedAtHub()['climate'], soon).toMatchObject({ target: 20 })
    await simulator.setDesired({ climate: { target: 23 }, modules: { a: 1 } })
    await seen(page.locator('#desired-tree [data-path="climate.target"]'), '23')
    expect(simulator.reportedAtHub()['climate']).toMatchObject({ target: 20 })
    await page.getByRole('button', { name: 'Apply desired' }).click()
    await expect.poll(simulator.reportedAtHub, soon).toMatchObject({ climate: { target: 23 }, modules: { a: 1 } })
  })

  it('leaves the version that runs to the device, whatever is applied', async () => {
    const { page } = await start()
    await simulator.setDesired({ firmware: { version: '1.3.0' }, weather: 'fine' })
    await page.getByRole('button', { name: 'Apply desired' }).click()
    await expect.poll(simulator.reportedAtHub, soon).toMatchObject({ weather: 'fine' })
    expect(simulator.reportedAtHub()['firmware']).toMatchObject({ version: '1.2.1', status: 'downloading' })
  })

  it.each([
    ['warm', '"warm"'],
    [1e9, '1000000000'],
    [true, 'true'],
  ] as const)('tells of a target that is none, and keeps its own: %s', async (target, shown) => {
    const { page } = await start()
    const fault = `climate.target is ${shown}; a number from 5 to 35 is needed`
    await simulator.setDesired({ climate: { target: 21 } })
    await seen(model(page), '→ 21.0 °C')
    await simulator.setDesired({ climate: { target } })
    await seen(model(page), `Not taken: ${fault}.`)
    await expect.poll(() => simulator.reportedAtHub()['climate'], soon).toMatchObject({ target: 21, error: fault })
    // And in Plug and Play's words.
    await page.getByLabel('acknowledge').check()
    await expect
      .poll(() => simulator.reportedAtHub()['climate'], soon)
      .toEqual({
        temperature: expect.any(Number),
        target: { value: 21, ac: 400, av: 3, ad: fault },
        fanOn: { value: false, ac: 203, av: 0, ad: "the device's own" },
      })
    await simulator.setDesired({ climate: { target: null } })
    await seen(model(page), '→ 20.0 °C')
    await expect
      .poll(() => simulator.reportedAtHub()['climate'], soon)
      .toMatchObject({ target: { value: 20, ac: 203 } })
  })

  it('acknowledges as Plug and Play does while it is told to, and writes bare values after that', async () => {
    const { page } = await start()
    await page.getByLabel('acknowledge').check()
    await simulator.setDesired({ climate: { target: 23 }, firmware: { version: '1.3.0' } })
    await expect.poll(simulator.reportedAtHub, soon).toMatchObject({
      climate: { target: { value: 23, ac: 200, av: 2 } },
      firmware: { version: { value: '1.2.1', ac: 202, av: 2, ad: 'downloading 1.3.0' }, status: 'downloading' },
    })
    await page.getByLabel('acknowledge').uncheck()
    await expect.poll(simulator.reportedAtHub, soon).toMatchObject({
      climate: { target: 23, fanOn: false },
      firmware: { version: '1.2.1' },
    })
  })

  it.each(['light', 'dark'] as const)('has nothing that axe finds fault with, in the %s', async (colorScheme) => {
    const { page } = await start()
    await page.emulateMedia({ colorScheme })
    await simulator.setDesired({ climate: { target: 'warm' }, firmware: { version: '1.3.0' } })
    await seen(model(page), 'Not taken')
    await seen(model(page).getByRole('status'), 'Downloading')
    await model(page).locator('canvas').waitFor()
    expect(await axeFaults(page)).toEqual([])
  })

  it('is as wide as its column, from a wall to a phone', async () => {
    const { page } = await start()
    await model(page).locator('canvas').waitFor()
    for (const width of [3840, 1280, 320]) {
      await page.setViewportSize({ width, height: 800 })
      if (width === 320) await page.getByRole('tab', { name: 'Device' }).click()
      await expect.poll(() => overhang(page), soon).toBeLessThanOrEqual(0)
      await isNoWiderThanScreen(page)
    }
  })

  /** A page whose device runs and does what is desired by itself. */
  async function start(): ReturnType<typeof simulator.connect> {
    const visit = await simulator.connect()
    await isReady(visit.page)
    await visit.page.getByLabel('by itself').check()
    await visit.page.getByRole('button', { name: 'Start the device' }).click()
    await expect.poll(() => simulator.reportedAtHub()['firmware'], soon).toBeDefined()
    return visit
  }

  /** Collects what the device reports from now on, as far as it has the part. */
  function listenFor(part: (reported: JsonObject) => unknown): unknown[] {
    const seenParts: unknown[] = []
    simulator.hub.events.listen((event) => {
      if (event.type !== 'twin-changed' || event.by !== 'device') return
      const value = part((event.change['reported'] ?? {}) as JsonObject)
      if (value !== undefined) seenParts.push(value)
    })
    return seenParts
  }
})

function model(page: Page): ReturnType<Page['locator']> {
  return page.locator('#device-model')
}

/** By how much the chart is wider than its place. */
function overhang(page: Page): Promise<number> {
  return model(page)
    .locator('.model-plot')
    .evaluate((plot) => (plot.querySelector('canvas')?.clientWidth ?? Infinity) - plot.clientWidth)
}
