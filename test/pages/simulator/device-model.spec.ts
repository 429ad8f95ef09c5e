import type { JsonObject } from 'hubtwin-emulator'
import { collectReports, expect, test } from '../support/device-model.ts'
import { rollOutFirmware } from '../support/roll-out-firmware.ts'
import { expectNoSideScroll } from '../support/layout.ts'

const climateOf = ({ climate }: JsonObject): JsonObject | undefined => climate as JsonObject | undefined
const firmwareOf = ({ firmware }: JsonObject): JsonObject | undefined => firmware as JsonObject | undefined

test('a device reacts by itself: a person connects, presses nothing else, and a rollout ends well', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  await page.clock.install()
  await simulator.connectAs(device)
  await expect(page.getByLabel('Run the thermostat')).toBeChecked()
  await expect(page.getByLabel('Apply automatically')).toBeChecked()
  const rollout = rollOutFirmware(hub, device, '1.3.0')
  await expect(page.locator('#device-model').getByRole('status')).toContainText('Downloading 1.3.0')
  await page.clock.fastForward('00:30')
  await expect(rollout).resolves.toMatch(/1\.3\.0 on 1 device: .*1 done/)
  expect(device.reported()).toMatchObject({ firmware: { version: { value: '1.3.0' }, status: 'done' } })
})

test('the thermostat ends with its switch, and starts again from what the hub remembers', async ({
  page,
  device,
  model,
  simulator,
}) => {
  await simulator.connectPassively(device)
  await expect(model.element).toContainText('The thermostat does not run')
  await device.desire({ climate: { target: 23 } })
  await expect(simulator.line('desired', 'climate.target')).toContainText('23')
  expect(device.reported()).toEqual({})
  await page.getByLabel('Apply automatically').check()
  await page.getByLabel('Run the thermostat').check()
  expect(new URL(page.url()).search).toBe('')
  await expect.poll(device.reported).toMatchObject({
    climate: { temperature: expect.any(Number), target: { value: 23, ac: 200 }, fanOn: { value: false, ac: 203 } },
    firmware: { version: { value: '1.2.1', ac: 203 }, status: 'idle' },
  })
  await page.getByLabel('Run the thermostat').uncheck()
  await expect(model.element).toContainText('The thermostat does not run')
  await device.desire({ firmware: { version: '1.3.0' } })
  await expect.poll(() => device.reported()['firmware']).toMatchObject({ version: '1.3.0', status: 'idle' })
})

test('the quick form does not offer what the thermostat reports, and says so for a typed property', async ({
  page,
  device,
  simulator,
}) => {
  await device.desire({ note: 'hello' })
  await simulator.connectAs(device)
  const offered = page.locator('#quick-paths option')
  await expect.poll(() => device.reported()['firmware']).toBeDefined()
  await expect.poll(() => offered.evaluateAll(valuesOf)).toEqual(['note'])
  await page.getByLabel('Property').fill('climate.target')
  await expect(page.locator('#quick-result')).toContainText('The thermostat reports this property itself')
  await page.getByLabel('Run the thermostat').uncheck()
  await expect.poll(() => offered.evaluateAll(valuesOf)).toContain('climate.target')
})

test('the thermostat moves toward its target, reports at the chosen interval, and draws a chart', async ({
  page,
  hub,
  device,
  model,
}) => {
  await model.start()
  await page.getByLabel('Reports changes').selectOption({ label: 'every second' })
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

test('the firmware reports each of its states', async ({ page, hub, device, model }) => {
  await model.start()
  const statuses = collectReports(hub, device, (reported) => firmwareOf(reported)?.['status'])
  const progresses = collectReports(hub, device, (reported) => firmwareOf(reported)?.['progress'])
  await device.desire({ firmware: { version: '1.3.0', rollout: 'r1' } })
  await expect(model.firmware).toContainText('Downloading 1.3.0')
  await expect(page.getByRole('progressbar', { name: 'Firmware download' })).toBeVisible()
  await page.clock.runFor('00:21')
  await expect(model.firmware).toContainText('Applying 1.3.0')
  await page.clock.runFor('00:06')
  await expect(model.firmware).toHaveText('The requested version is running.')
  await expect.poll(() => statuses).toEqual(['downloading', 'applying', 'done'])
  // A report for every few percent; the last report removes the progress with null.
  const percents = progresses.slice(0, -1)
  expect(percents.length).toBeGreaterThan(1)
  expect(percents.length).toBeLessThan(10)
  expect(percents).toEqual([...percents].sort((a, b) => Number(a) - Number(b)))
  const version = { value: '1.3.0', ac: 200, av: 2 }
  expect(device.reported()['firmware']).toEqual({ __t: 'c', version, status: 'done', rollout: 'r1' })
  await expect(model.element).toContainText('Firmware 1.3.0')
})

test('a failed firmware update gives its reason, and a click retries', async ({ page, device, model, simulator }) => {
  await model.start()
  await page.getByLabel('let the next update fail').check()
  await device.desire({ firmware: { version: '1.3.0' } })
  await expect(model.firmware).toContainText('Downloading 1.3.0')
  await page.clock.fastForward('00:30')
  await expect(model.firmware).toHaveText('Failed: Version 1.3.0 did not start; 1.2.1 runs again.')
  await expect
    .poll(() => device.reported()['firmware'])
    .toEqual({
      __t: 'c',
      version: { value: '1.2.1', ac: 500, av: 2, ad: 'Version 1.3.0 did not start; 1.2.1 runs again' },
      status: 'failed',
      pending: '1.3.0',
      error: 'Version 1.3.0 did not start; 1.2.1 runs again',
    })
  await simulator.press('Retry')
  await page.clock.fastForward('00:30')
  await expect
    .poll(() => device.reported()['firmware'])
    .toEqual({ __t: 'c', version: { value: '1.3.0', ac: 200, av: expect.any(Number) }, status: 'done' })
})

test('the device model catches up when the page has no timers for five minutes', async ({ page, device, model }) => {
  await model.start()
  await device.desire({ climate: { target: 30 } })
  await expect(model.element).toContainText('→ 30.0 °C')
  await page.clock.fastForward('05:00')
  await expect(model.element).toContainText('30.0 °C → 30.0 °C holding')
  await expect.poll(device.reported).toMatchObject({ climate: { temperature: 30 } })
  await expect(model.chartText).toContainText('Temperature of the last 5 minutes: now 30.0 °C')
})

test('the device model catches up after a lost connection', async ({ page, device, model, simulator }) => {
  await model.start()
  await device.desire({ firmware: { version: '1.3.0' } })
  await expect(model.firmware).toContainText('Downloading 1.3.0')
  await simulator.press('Disconnect')
  await expect.poll(() => device.connections()).toEqual([])
  await page.clock.fastForward('00:30')
  await expect(model.firmware).toHaveText('The requested version is running.')
  expect(device.reported()['firmware']).toMatchObject({ version: { value: '1.2.1' } })
  await simulator.press('Reconnect')
  await expect
    .poll(() => device.reported()['firmware'])
    .toEqual({ __t: 'c', version: { value: '1.3.0', ac: 200, av: expect.any(Number) }, status: 'done' })
})

test('the device model restores its version and temperature from the hub after a reload', async ({
  page,
  device,
  model,
}) => {
  await model.start()
  await device.desire({ climate: { target: 30 }, firmware: { version: '1.3.0' } })
  await expect(model.firmware).toContainText('Downloading 1.3.0')
  await page.clock.fastForward('05:00')
  const known = { climate: { temperature: 30 }, firmware: { version: { value: '1.3.0' }, status: 'done' } }
  await expect.poll(device.reported).toMatchObject(known)
  await model.start()
  await expect(model.element).toContainText('30.0 °C')
  await expect(model.element).toContainText('Firmware 1.3.0')
  expect(device.reported()).toMatchObject({ firmware: { version: { value: '1.3.0' }, status: 'done' } })
})

test('the device model applies desired after a click if it does not apply automatically', async ({
  device,
  simulator,
}) => {
  await simulator.connect(device.connectionString, '?apply=off')
  await expect.poll(() => device.reported()['climate']).toMatchObject({ target: { value: 20, ac: 203 } })
  await device.desire({ climate: { target: 23 }, modules: { a: 1 } })
  await expect(simulator.line('desired', 'climate.target')).toContainText('23')
  expect(device.reported()['climate']).toMatchObject({ target: { value: 20, ac: 203 } })
  await simulator.press('Apply desired')
  await expect
    .poll(device.reported)
    .toMatchObject({ climate: { target: { value: 23, ac: 200, av: 2 } }, modules: { a: 1 } })
})

test('the device model alone reports the firmware version', async ({ page, device, model }) => {
  await model.start()
  await device.desire({ firmware: { version: '1.3.0' }, weather: 'fine' })
  await expect(page.locator('#apply-hint')).toHaveText('The device works on the other desired properties.')
  await expect(page.getByRole('button', { name: 'Apply desired' })).toBeDisabled()
  await expect.poll(device.reported).toMatchObject({ weather: 'fine' })
  expect(device.reported()['firmware']).toMatchObject({ version: { value: '1.2.1', ac: 202 }, status: 'downloading' })
})

// test/unit/device-models/thermostat.test.ts has the other invalid targets.
test('the thermostat rejects an invalid target, and keeps its own', async ({ page, device, model }) => {
  await model.start()
  const problem = 'climate.target is "warm"; expected a number from 5 to 35'
  await device.desire({ climate: { target: 21 } })
  await expect(model.element).toContainText('→ 21.0 °C')
  await device.desire({ climate: { target: 'warm' } })
  await expect(model.element).toContainText(`Rejected: ${problem}.`)
  const climate = (): unknown => device.reported()['climate']
  await page.clock.fastForward('00:05')
  await expect.poll(climate).toEqual({
    __t: 'c',
    temperature: expect.any(Number),
    target: { value: 21, ac: 400, av: 3, ad: problem },
    fanOn: { value: false, ac: 203, av: 0, ad: "the device's own" },
  })
  await device.desire({ climate: { target: null } })
  await expect(model.element).toContainText('→ 20.0 °C')
  await page.clock.fastForward('00:05')
  await expect.poll(climate).toMatchObject({ target: { value: 20, ac: 203 } })
})

test('the device model acknowledges its writable properties, in marked components', async ({ page, device, model }) => {
  await model.start()
  await device.desire({ climate: { __t: 'c', target: 23 }, firmware: { __t: 'c', version: '1.3.0' } })
  await expect(model.firmware).toContainText('Downloading 1.3.0')
  await page.clock.fastForward('00:05')
  await expect.poll(device.reported).toMatchObject({
    climate: { __t: 'c', target: { value: 23, ac: 200, av: 2 }, fanOn: { value: false, ac: 203, av: 0 } },
    firmware: {
      __t: 'c',
      version: { value: '1.2.1', ac: 202, av: 2, ad: 'downloading 1.3.0' },
      status: 'downloading',
    },
  })
})

test('the device model answers at its start the changes since its last run', async ({ device, model, simulator }) => {
  await model.start()
  await device.desire({ climate: { target: 23 } })
  await expect.poll(device.reported).toMatchObject({ climate: { target: { value: 23, av: 2 } } })
  await simulator.press('Disconnect')
  await device.desire({ climate: { fanOn: true } })
  await simulator.press('Reconnect')
  await expect.poll(device.reported).toMatchObject({
    climate: { target: { value: 23, ac: 200 }, fanOn: { value: true, ac: 200, av: 3 } },
  })
})

test('the chart fits its column, from a wall to a phone', async ({ page, model }) => {
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

/** Runs in the page. */
function valuesOf(options: Element[]): string[] {
  return options.map((option) => (option as HTMLOptionElement).value)
}
