import type { Page } from '@playwright/test'
import type { Device } from '../support/device.ts'
import { expect, type SimulatorPage, test } from '../support/simulator-page.ts'

test('the twin view marks a desired change as different on both sides until it is applied', async ({
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  await device.desire({ climate: { target: 23 } })
  await expect(simulator.line('desired', 'climate.target')).toContainText('not reported')
  await expect(simulator.line('reported', 'climate.target')).toContainText('≠ desired')
  await simulator.press('Apply desired')
  await expect(simulator.line('desired', 'climate.target')).toContainText('23=')
  await expect(simulator.line('reported', 'climate.target')).toContainText('23=')
  expect(device.reported()).toMatchObject({ climate: { target: 23 } })
  await device.desire({ climate: { target: 25 } })
  await expect(simulator.line('desired', 'climate.target')).toContainText('23 25≠ reported +2')
  await expect(simulator.line('reported', 'climate.target')).toContainText('≠ desired −2')
})

test('the twin view applies every change and deletion automatically if the option is on', async ({
  page,
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  await page.getByLabel('Apply automatically').check()
  await device.desire({ climate: { target: 20, fanOn: true } })
  await expect.poll(device.reported).toMatchObject({ climate: { target: 20, fanOn: true } })
  for (let target = 21; target <= 30; target++) await device.desire({ climate: { target } })
  await device.desire({ climate: { fanOn: null } })
  await expect.poll(() => device.reported()['climate']).toEqual({ target: 30 })
  await expect(page.locator('#apply-hint')).toContainText('All desired properties are applied.')
})

test('the twin view reports acknowledgments, and compares their values with desired', async ({
  page,
  device,
  simulator,
}) => {
  await device.desire({ fanSpeed: 3, thermostat: { __t: 'c', target: 21 } })
  await simulator.connectPassively(device)
  await page.getByLabel('Acknowledge').check()
  await simulator.press('Apply desired')
  const acknowledged = { ac: 200, av: 2, ad: 'applied' }
  await expect.poll(device.reported).toEqual({
    fanSpeed: { value: 3, ...acknowledged },
    thermostat: { __t: 'c', target: { value: 21, ...acknowledged } },
  })
  await expect(simulator.line('reported', 'thermostat.target')).toContainText('21= ac 200 av 2')
  await expect(page.locator('#apply-hint')).toContainText('All desired properties are applied.')
  await page.getByLabel('Acknowledge').uncheck()
  await device.desire({ fanSpeed: 4 })
  await simulator.press('Apply desired')
  await expect.poll(() => device.reported()['fanSpeed']).toBe(4)
})

test('the twin view leaves the device model its own properties, and applies the rest', async ({
  page,
  device,
  simulator,
}) => {
  await device.desire({ climate: { target: 23 }, note: 'hello' })
  await simulator.connectPassively(device)
  await page.getByLabel('Run the thermostat').check()
  await expect(simulator.line('reported', 'climate.target')).toContainText('≠ desired')
  await simulator.press('Apply desired')
  await expect
    .poll(device.reported)
    .toMatchObject({ climate: { target: { value: 23 }, temperature: expect.any(Number) }, note: 'hello' })
})

test('the twin view highlights a change for two seconds, without motion if the user prefers reduced motion', async ({
  page,
  device,
  simulator,
}) => {
  await device.desire({ climate: { target: 23, fanOn: true } })
  await connectAndPause(page, simulator, device)
  const readHighlight = (path: string): Promise<object> =>
    simulator.line('desired', path).evaluate((item) => ({
      isLit: 'flash' in (item as HTMLElement).dataset,
      hasColor: getComputedStyle(item).backgroundColor !== 'rgba(0, 0, 0, 0)',
      moves: getComputedStyle(item).animationName !== 'none',
    }))
  const dark = { isLit: false, hasColor: false, moves: false }
  expect(await readHighlight('climate.target')).toEqual(dark)
  await device.desire({ climate: { target: 24 } })
  await untilRendered(page, async () =>
    expect(await readHighlight('climate.target')).toEqual({ isLit: true, hasColor: true, moves: false }),
  )
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await device.desire({ climate: { target: 25 } })
  await untilRendered(page, async () =>
    expect(await readHighlight('climate.target')).toMatchObject({ isLit: true, moves: true }),
  )
  expect(await readHighlight('climate.fanOn')).toEqual(dark)
  await page.clock.runFor('00:03')
  expect(await readHighlight('climate.target')).toEqual(dark)
})

test('the twin view strikes through a deleted property for two seconds before it disappears', async ({
  page,
  device,
  simulator,
}) => {
  await device.desire({ climate: { target: 23, fanOn: true } })
  await connectAndPause(page, simulator, device)
  await device.desire({ climate: { fanOn: null } })
  const deleted = simulator.line('desired', 'climate.fanOn')
  await untilRendered(page, async () => expect(await deleted.locator('del').allTextContents()).toEqual(['true']))
  await page.clock.runFor('00:03')
  await expect(deleted).toHaveCount(0)
  await expect(simulator.line('desired', 'climate.target')).toHaveCount(1)
})

/** From here on, the page's timers and frames wait for the test. */
async function connectAndPause(page: Page, simulator: SimulatorPage, device: Device): Promise<void> {
  await page.clock.install()
  await simulator.connectPassively(device)
  await expect(simulator.line('desired', 'climate.target')).toHaveCount(1)
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 5000))
}

/** Gives the page a frame at a time, until a message from the hub is drawn. */
async function untilRendered(page: Page, check: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await page.clock.runFor(50)
    await check()
  }).toPass({ timeout: 10_000 })
}
