import type { Locator } from '@playwright/test'
import { expectAccessible, expectNoSideScroll, MAX_SHIFT, recordShifts, shiftOf, SIZES } from '../support/layout.ts'
import { expect, test } from '../support/simulator-page.ts'

test('the start page fits four widths, light and dark, with lines that are not too long', async ({
  page,
  simulator,
}) => {
  await page.setViewportSize(SIZES[2])
  await simulator.open()
  await expect(page.locator('#local-status')).toContainText('The local hub runs at localhost:10480.')
  for (const size of SIZES) {
    await page.setViewportSize(size)
    await expectNoSideScroll(page, `at ${size.width} px`)
    await expectAccessible(page, `start page at ${size.width} px`)
    expect(await page.locator('.home p:visible').evaluateAll(longestLine), `at ${size.width} px`).toBeLessThan(100)
  }
  expect(await page.locator('.home button.primary').count()).toBe(1)
  expect(await fontSize(page.locator('.home-lead p').first())).toBeGreaterThan(16)
})

test('the simulator fits four widths, light and dark, without cut controls, overlaps, or shifts', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  await page.setViewportSize(SIZES[2])
  await page.addInitScript(recordShifts)
  await device.desire({ climate: { target: 23 }, firmware: { version: '1.3.0' }, note: 'hello' })
  await simulator.connectAs(device)
  await expect(page.locator('#device-model canvas')).toBeVisible()
  await expect(page.locator('#device-model progress')).toBeVisible()
  expect(await shiftOf(page)).toBeLessThanOrEqual(MAX_SHIFT)
  // At 1440 × 900, the last control of the device is in view.
  const pane = await box(page.locator('#columns'))
  expect(bottom(await box(page.getByLabel('Reports changes')))).toBeLessThanOrEqual(bottom(pane))

  for (const name of ['telemetry', 'methods']) await page.locator(`#${name} summary`).click()
  await page.getByLabel('From').selectOption('template')
  await page.getByRole('button', { name: 'Save rule' }).waitFor()
  await page.locator('#columns').evaluate((element) => element.scrollTo(0, 0))
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(SIZES[2].height)
  void hub.invokeMethod(device.deviceId, { methodName: 'open', responseTimeoutInSeconds: 5 }).catch(() => undefined)
  await expect(page.getByRole('form', { name: 'Answer to open' })).toBeAttached()

  const undo = hub.faults.set({ fault: 'refuse', code: 3, device: device.deviceId })
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  await expect(page.locator('[data-name=attempt]').nth(1)).toBeAttached()
  for (const size of SIZES) {
    await page.setViewportSize(size)
    await expectNoSideScroll(page, `at ${size.width} px`)
    const wire = simulator.wire
    const banner = await box(page.locator('#trouble'))
    expect((await box(wire)).y, `timeline below the banner at ${size.width} px`).toBeGreaterThanOrEqual(bottom(banner))
    expect(await page.locator('#wire-rows .wire-row').evaluateAll(overlaps), `at ${size.width} px`).toEqual([])
    await expectAccessible(page, `trouble at ${size.width} px`)
    if (size.width === 768) {
      const chart = await box(page.locator('#device-model .model-plot'))
      expect(bottom(chart)).toBeLessThanOrEqual(bottom(await box(page.locator('#columns'))))
    }
  }
  undo()
})

test('the timeline has a splitter, folds, and returns to the newest row', async ({ page, device, simulator }) => {
  await page.setViewportSize(SIZES[2])
  await simulator.connectPassively(device)
  const [splitter, rows] = [page.getByRole('separator'), page.locator('#wire-body')]
  const height = async (): Promise<number> => (await box(rows)).height
  const before = await height()
  await splitter.press('ArrowUp')
  await expect.poll(height).toBeGreaterThan(before + 30)
  await expect(splitter).toHaveAttribute('aria-valuenow', String(Math.round(((await height()) / 900) * 100)))
  const middle = await box(splitter)
  await page.mouse.move(700, middle.y + 3)
  await page.mouse.down()
  await page.mouse.move(700, middle.y + 103, { steps: 4 })
  await page.mouse.up()
  await expect.poll(height).toBeLessThan(before - 20)

  const newest = page.getByRole('button', { name: 'Newest' })
  await expect(newest).toBeDisabled()
  for (let target = 10; target < 30; target++) await device.desire({ climate: { target } })
  await expect(page.locator('#wire-rows > li').last()).toContainText('v21')
  await rows.evaluate((element) => element.scrollTo(0, 0))
  await newest.click()
  await expect(newest).toBeDisabled()
  await simulator.press('Timeline')
  await expect(rows).toBeHidden()
  await expect(splitter).toBeHidden()
})

test('the banner retries now, keeps a single row per failed attempt, and forgets the device', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  const undo = hub.faults.set({ fault: 'refuse', code: 3, device: device.deviceId })
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  const attempts = page.locator('[data-name=attempt]')
  await expect(attempts.nth(1)).toBeAttached()
  await expect(page.locator('[data-name=CONNECT]')).toHaveCount(1)
  expect(await page.getByRole('alert').count()).toBe(1)
  await expect(simulator.trouble).toContainText('Check that the device exists')
  undo()
  await simulator.press('Retry now')
  await simulator.isReady()
  await expect(page.locator('#trouble')).toBeHidden()
  const again = hub.faults.set({ fault: 'refuse', code: 3, device: device.deviceId })
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  await page.locator('#trouble-forget').click()
  await expect(page.getByRole('button', { name: 'Connect device1' })).toBeFocused()
  again()
})

test('controls that can have no effect are disabled', async ({ page, device, simulator }) => {
  await simulator.connectPassively(device)
  const disabled = (name: string): Promise<boolean> => page.getByRole('button', { name, exact: true }).isDisabled()
  expect(await disabled('Apply desired')).toBe(true)
  await simulator.press('Clear')
  expect([await disabled('Clear'), await disabled('Export'), await disabled('Newest')]).toEqual([true, true, true])
  await simulator.press('Disconnect')
  await expect(page.getByRole('button', { name: 'Reconnect' })).toBeVisible()
  for (const name of ['Go offline', 'Drop', 'Expire token', 'Set', 'Delete', 'Apply desired']) {
    await expect(page.getByRole('button', { name, exact: true })).toBeDisabled()
  }
})

async function box(locator: Locator): Promise<{ y: number; height: number }> {
  const found = await locator.boundingBox()
  if (found === null) throw new Error(`${String(locator)} is not visible`)
  return found
}

const bottom = ({ y, height }: { y: number; height: number }): number => y + height

function fontSize(locator: Locator): Promise<number> {
  return locator.evaluate((element) => parseFloat(getComputedStyle(element).fontSize))
}

/** Runs in the page. @returns the width of the widest paragraph, in digits of its own font */
function longestLine(paragraphs: Element[]): number {
  const widths = paragraphs.map((paragraph) => {
    const size = parseFloat(getComputedStyle(paragraph).fontSize)
    return paragraph.getBoundingClientRect().width / (size * 0.55)
  })
  return Math.max(...widths)
}

/** Runs in the page. @returns pairs of texts of a row that overlap */
function overlaps(rows: Element[]): string[] {
  return rows.flatMap((row) => {
    const cells = [...row.children].filter((cell) => cell.textContent !== '' && cell.checkVisibility())
    const boxes = cells.map((cell) => ({ text: cell.textContent, rect: cell.getBoundingClientRect() }))
    return boxes.flatMap((a, index) =>
      boxes.slice(index + 1).flatMap((b) => {
        const isApart =
          a.rect.right <= b.rect.left + 0.5 ||
          b.rect.right <= a.rect.left + 0.5 ||
          a.rect.bottom <= b.rect.top + 0.5 ||
          b.rect.bottom <= a.rect.top + 0.5
        return isApart ? [] : [`${a.text} | ${b.text}`]
      }),
    )
  })
}
