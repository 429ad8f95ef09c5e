import type { JsonObject } from 'hubtwin-emulator'
import { collectReports, expect, test } from '../support/device-model.ts'
import { expectNoSideScroll } from '../support/layout.ts'

const climateOf = ({ climate }: JsonObject): JsonObject | undefined => climate as JsonObject | undefined
const firmwareOf = ({ firmware }: JsonObject): JsonObject | undefined => firmware as JsonObject | undefined

test('the device model reports nothing before its start, and then its state', async ({ page, device, simulator }) => {
  await simulator.connectAs(device)
  await page.getByLabel('by itself').check()
  await device.desire({ climate: { target: 23 } })
  await expect(simulator.line('desired', 'climate.target')).toContainText('23')
  expect(device.reported()['firmware']).toBeUndefined()
  await simulator.press('Start the device')
  await expect.poll(device.reported).toMatchObject({
    climate: { temperature: expect.any(Number), target: 23, fanOn: false },
    firmware: { version: '1.2.1', status: 'idle' },
  })
})

test('the thermostat moves toward its target, reports at the chosen pace, and draws its way', async ({
  page,
  hub,
  device,
  model,
}) => {
  await model.start()
  await page.getByLabel('Reports what changes').selectOption({ label: 'every second' })
  const temperatures = collectReports(hub, device, (reported) => climateOf(reported)?.['temperature'])
  await device.desire({ climate: { target: 23, fanOn: true } })
  await expect(model.element).toContainText('→ 23.0 °C heating, fan on')
  for (let count = 1; count <= 4; count++) {
    await page.clock.fastForward('00:02')
    await expect.poll(() => temperatures.length).toBeGreaterThanOrEqual(count)
  }
  expect(Number(temperatures.at(-1))).toBeLessThan(23)
  await page.clock.fastForward('05:00')
  await expect.poll(() => temperatures.at(-1)).toBe(23)
  expect(temperatures).toEqual([...temperatures].sort((a, b) => Number(a) - Number(b)))
  await expect(model.element).toContainText('holding')
  await expect(model.element.locator('canvas')).toBeVisible()
  await expect(model.chartText).toHaveText(
    /^Temperature of the last .+: now 23\.0 °C.*; the target is 23\.0 °C\. (Reported|Not reported yet)/,
  )
})

test('the firmware passes through its states, and the hub hears of each', async ({ page, hub, device, model }) => {
  await model.start()
  const statuses = collectReports(hub, device, (reported) => firmwareOf(reported)?.['status'])
  const progresses = collectReports(hub, device, (reported) => firmwareOf(reported)?.['progress'])
  await device.desire({ firmware: { version: '1.3.0', rollout: 'r1' } })
  await expect(model.firmware).toContainText('Downloading 1.3.0')
  await expect(page.getByRole('progressbar', { name: 'Download of the firmware' })).toBeVisible()
  await page.clock.runFor('00:21')
  await expect(model.firmware).toContainText('Applying 1.3.0')
  await page.clock.runFor('00:06')
  await expect(model.firmware).toHaveText('The wanted version runs.')
  await expect.poll(() => statuses).toEqual(['downloading', 'applying', 'done'])
  // A report each few percent; the last one is the null that removes the progress.
  const percents = progresses.slice(0, -1)
  expect(percents.length).toBeGreaterThan(1)
  expect(percents.length).toBeLessThan(10)
  expect(percents).toEqual([...percents].sort((a, b) => Number(a) - Number(b)))
  expect(device.reported()['firmware']).toEqual({ version: '1.3.0', status: 'done', rollout: 'r1' })
  await expect(model.element).toContainText('Firmware 1.3.0')
})

test('a firmware update that fails says why, and a press tries again', async ({ page, device, model, simulator }) => {
  await model.start()
  await page.getByLabel('the next update fails').check()
  await device.desire({ firmware: { version: '1.3.0' } })
  await expect(model.firmware).toContainText('Downloading 1.3.0')
  await page.clock.fastForward('00:30')
  await expect(model.firmware).toHaveText('Failed: Version 1.3.0 did not start; 1.2.1 runs again.')
  await expect
    .poll(() => device.reported()['firmware'])
    .toEqual({
      version: '1.2.1',
      status: 'failed',
      pending: '1.3.0',
      error: 'Version 1.3.0 did not start; 1.2.1 runs again',
    })
  await simulator.press('Try again')
  await page.clock.fastForward('00:30')
  await expect.poll(() => device.reported()['firmware']).toEqual({ version: '1.3.0', status: 'done' })
})

test('the device model goes by the clock when the page has no timers for five minutes', async ({
  page,
  device,
  model,
}) => {
  await model.start()
  await device.desire({ climate: { target: 30 } })
  await expect(model.element).toContainText('→ 30.0 °C')
  await page.clock.fastForward('05:00')
  await expect(model.element).toContainText('30.0 °C → 30.0 °C holding')
  await expect.poll(device.reported).toMatchObject({ climate: { temperature: 30 } })
  await expect(model.chartText).toContainText('Temperature of the last 5 minutes: now 30.0 °C')
})

test('the device model reports after a lost connection what happened in between', async ({
  page,
  device,
  model,
  simulator,
}) => {
  await model.start()
  await device.desire({ firmware: { version: '1.3.0' } })
  await expect(model.firmware).toContainText('Downloading 1.3.0')
  await simulator.press('Disconnect')
  await expect.poll(() => device.connections()).toEqual([])
  await page.clock.fastForward('00:30')
  await expect(model.firmware).toHaveText('The wanted version runs.')
  expect(device.reported()['firmware']).toMatchObject({ version: '1.2.1' })
  await simulator.press('Connect again')
  await expect.poll(() => device.reported()['firmware']).toEqual({ version: '1.3.0', status: 'done' })
})

test('the device model keeps over a reload what the hub knows: its version and its temperature', async ({
  page,
  device,
  model,
}) => {
  await model.start()
  await device.desire({ climate: { target: 30 }, firmware: { version: '1.3.0' } })
  await expect(model.firmware).toContainText('Downloading 1.3.0')
  await page.clock.fastForward('05:00')
  const known = { climate: { temperature: 30 }, firmware: { version: '1.3.0', status: 'done' } }
  await expect.poll(device.reported).toMatchObject(known)
  await model.start()
  await expect(model.element).toContainText('30.0 °C')
  await expect(model.element).toContainText('Firmware 1.3.0')
  expect(device.reported()).toMatchObject({ firmware: { version: '1.3.0', status: 'done' } })
})

test('the device model applies desired at a press while it does not apply by itself', async ({ device, simulator }) => {
  await simulator.connectAs(device)
  await simulator.press('Start the device')
  await expect.poll(() => device.reported()['climate']).toMatchObject({ target: 20 })
  await device.desire({ climate: { target: 23 }, modules: { a: 1 } })
  await expect(simulator.line('desired', 'climate.target')).toContainText('23')
  expect(device.reported()['climate']).toMatchObject({ target: 20 })
  await simulator.press('Apply desired')
  await expect.poll(device.reported).toMatchObject({ climate: { target: 23 }, modules: { a: 1 } })
})

test('only the device decides which version it reports as running', async ({ device, model, simulator }) => {
  await model.start()
  await device.desire({ firmware: { version: '1.3.0' }, weather: 'fine' })
  await simulator.press('Apply desired')
  await expect.poll(device.reported).toMatchObject({ weather: 'fine' })
  expect(device.reported()['firmware']).toMatchObject({ version: '1.2.1', status: 'downloading' })
})

for (const [target, shown] of [
  ['warm', '"warm"'],
  [1e9, '1000000000'],
  [true, 'true'],
] as const) {
  test(`the thermostat names an invalid target, and keeps its own: ${target}`, async ({ page, device, model }) => {
    await model.start()
    const fault = `climate.target is ${shown}; expected a number from 5 to 35`
    await device.desire({ climate: { target: 21 } })
    await expect(model.element).toContainText('→ 21.0 °C')
    await device.desire({ climate: { target } })
    await expect(model.element).toContainText(`Not taken: ${fault}.`)
    const climate = (): unknown => device.reported()['climate']
    await page.clock.fastForward('00:05')
    await expect.poll(climate).toMatchObject({ target: 21, error: fault })
    // The same, in the form of Plug and Play.
    await page.getByLabel('acknowledge').check()
    await page.clock.fastForward('00:05')
    await expect.poll(climate).toEqual({
      temperature: expect.any(Number),
      target: { value: 21, ac: 400, av: 3, ad: fault },
      fanOn: { value: false, ac: 203, av: 0, ad: "the device's own" },
    })
    await device.desire({ climate: { target: null } })
    await expect(model.element).toContainText('→ 20.0 °C')
    await page.clock.fastForward('00:05')
    await expect.poll(climate).toMatchObject({ target: { value: 20, ac: 203 } })
  })
}

test('the device model acknowledges in the form of Plug and Play while that is chosen', async ({
  page,
  device,
  model,
}) => {
  await model.start()
  await page.getByLabel('acknowledge').check()
  await device.desire({ climate: { target: 23 }, firmware: { version: '1.3.0' } })
  await expect(model.firmware).toContainText('Downloading 1.3.0')
  await page.clock.fastForward('00:05')
  await expect.poll(device.reported).toMatchObject({
    climate: { target: { value: 23, ac: 200, av: 2 } },
    firmware: { version: { value: '1.2.1', ac: 202, av: 2, ad: 'downloading 1.3.0' }, status: 'downloading' },
  })
  await page.getByLabel('acknowledge').uncheck()
  await page.clock.fastForward('00:05')
  await expect.poll(device.reported).toMatchObject({
    climate: { target: 23, fanOn: false },
    firmware: { version: '1.2.1' },
  })
})

test('the chart is as wide as its column, from a wall to a phone', async ({ page, model }) => {
  await model.start()
  await model.element.locator('canvas').waitFor()
  const overhang = (): Promise<number> =>
    model.element
      .locator('.model-plot')
      .evaluate((plot) => (plot.querySelector('canvas')?.clientWidth ?? Infinity) - plot.clientWidth)
  for (const width of [3840, 1280, 320]) {
    await page.setViewportSize({ width, height: 800 })
    if (width === 320) await page.getByRole('tab', { name: 'Device' }).click()
    await expect.poll(overhang).toBeLessThanOrEqual(0)
    await expectNoSideScroll(page)
  }
})
