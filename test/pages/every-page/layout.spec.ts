import type { Page } from '@playwright/test'
import { expect, test } from '../support/fleet-page.ts'
import { expectNoSideScroll } from '../support/layout.ts'
import { simulatorPage } from '../support/simulator-page.ts'

const WIDTHS = [320, 480, 700, 768, 1024, 1280, 1920, 2560, 3840]

/** At the last width, the text and the charts grow with the screen. */
async function expectLayout(page: Page): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: Math.round(width * (width < 700 ? 1.8 : 0.6)) })
    await expectNoSideScroll(page, `at ${width} px`)
  }
  expect(await smallTexts(page)).toEqual([])
  for (const chart of await page.locator('canvas').all()) {
    await expect.poll(() => chart.evaluate(heightInRem)).toBe(10.5)
  }
}

test(
  'the simulator and the fleet page fit every screen from a phone to a wall, and their text grows',
  { tag: '@firefox' },
  async ({ page, hub, device, fleet }) => {
    await page.goto('/')
    await expectLayout(page)
    await fleet.open()
    await expectLayout(page)
    await fleet.startLocal(3)
    await expect(fleet.total('connected')).toHaveText('3 of 3')
    await expectLayout(page)
    await page.getByRole('button', { name: 'fleet-1', exact: true }).click()
    await expect(page.locator('dialog canvas')).toBeVisible()
    await expectLayout(page)

    const simulator = simulatorPage(page)
    await device.desire({ climate: { target: 23 }, firmware: { version: '1.3.0' }, note: 'a'.repeat(200) })
    await simulator.connectAs(device)
    await expect(page.locator('#device-model canvas')).toBeVisible()
    const undo = hub.faults.set({ fault: 'refuse', code: 3, device: device.deviceId })
    hub.faults.inject({ fault: 'kick', device: device.deviceId })
    await expect(simulator.trouble).not.toBeEmpty()
    await expectLayout(page)
    undo()
  },
)

/** Runs in the page. */
function heightInRem({ clientHeight }: Element): number {
  return clientHeight / parseFloat(getComputedStyle(document.documentElement).fontSize)
}

/** Lists text that is too small to read on a 4K screen from a chair. */
function smallTexts(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()))
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().width > 1)
      .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 18)
      .map((element) => `${element.className || element.tagName}: ${element.textContent?.slice(0, 40)}`),
  )
}
