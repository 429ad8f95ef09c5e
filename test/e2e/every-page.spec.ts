import { gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import type { Hub } from 'hubtwin-emulator'
import { axeFaults } from '../browser/axe.ts'
import { simulatorPage } from './simulator-page.ts'
import { type Device, expect, test } from './world.ts'

/** A simulator with differences, a device that runs, and a connection that the hub refuses. */
async function openTroubled(page: Page, hub: Hub, device: Device): Promise<() => void> {
  const simulator = simulatorPage(page)
  await hub.updateTwin(device.deviceId, {
    properties: { desired: { climate: { target: 23 }, firmware: { version: '1.3.0' }, note: 'a'.repeat(200) } },
  })
  await simulator.connect(device.connectionString)
  await simulator.isReady()
  await simulator.press('Start the device')
  await expect(page.locator('#device-model canvas')).toBeVisible()
  const undo = hub.faults.set({ type: 'refuse-connect', code: 3 }, { deviceId: device.deviceId })
  hub.faults.drop({ deviceId: device.deviceId })
  await expect(simulator.trouble).not.toBeEmpty()
  return undo
}

async function openFleet(page: Page): Promise<void> {
  await page.goto('/fleet')
  await page.getByLabel('How many devices').press('ControlOrMeta+A')
  await page.keyboard.type('3')
  await page.getByRole('button', { name: 'Start the fleet' }).first().click()
  await expect(page.getByRole('definition').filter({ hasText: '3 of 3' })).toBeVisible()
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the simulator and the fleet, in the ${colorScheme}`, async ({
    playwright,
    browserName,
    launchOptions,
    channel,
    page: lightPage,
    site,
    hub,
    device,
  }) => {
    // Over WebDriver BiDi, Firefox takes the scheme from its settings alone.
    const firefoxUserPrefs = {
      ...launchOptions.firefoxUserPrefs,
      'layout.css.prefers-color-scheme.content-override': 0,
    }
    const darkBrowser =
      colorScheme === 'light'
        ? undefined
        : await playwright[browserName].launch({
            ...launchOptions,
            ...(channel !== undefined && { channel, firefoxUserPrefs }),
          })
    const page = (await darkBrowser?.newPage({ baseURL: site, colorScheme })) ?? lightPage
    // The dark differs in nothing but colours, and axe takes its time in Firefox.
    const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined
    await page.goto('/')
    const matches = (scheme: string): boolean => matchMedia(`(prefers-color-scheme: ${scheme})`).matches
    expect(await page.evaluate(matches, colorScheme)).toBe(true)
    expect(await axeFaults(page, rules)).toEqual([])
    const undo = await openTroubled(page, hub, device)
    expect(await axeFaults(page, rules)).toEqual([])
    undo()
    await page.goto('/fleet')
    expect(await axeFaults(page, rules)).toEqual([])
    await openFleet(page)
    await page.getByRole('button', { name: 'fleet-1', exact: true }).click()
    await expect(page.locator('dialog canvas')).toBeVisible()
    expect(await axeFaults(page, rules)).toEqual([])
    await darkBrowser?.close()
  })
}

const widths = [320, 480, 700, 768, 1024, 1280, 1920, 2560, 3840]

test('the pages are no wider than the screen, from a phone to a wall, and their text grows with the wall', async ({
  page,
  hub,
  device,
}) => {
  async function look(): Promise<void> {
    for (const width of widths) {
      await page.setViewportSize({ width, height: Math.round(width * (width < 700 ? 1.8 : 0.6)) })
      const overhang = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      await expect.poll(overhang, `${page.url()} at ${width} px`).toBeLessThanOrEqual(0)
    }
    expect(await smallTexts(page)).toEqual([])
    // Neither do charts stay small.
    for (const chart of await page.locator('canvas').all()) {
      await expect.poll(() => chart.evaluate(heightInRem)).toBe(10.5)
    }
  }

  await page.goto('/')
  await look()
  await page.goto('/fleet')
  await look()
  await openFleet(page)
  await look()
  await page.getByRole('button', { name: 'fleet-1', exact: true }).click()
  await expect(page.locator('dialog canvas')).toBeVisible()
  await look()
  const undo = await openTroubled(page, hub, device)
  await look()
  undo()
})

function heightInRem({ clientHeight }: Element): number {
  return clientHeight / parseFloat(getComputedStyle(document.documentElement).fontSize)
}

/** What is smaller on screen than people read on a screen of 4K from their chair. */
function smallTexts(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()))
      .filter((element) => element.checkVisibility() && element.getBoundingClientRect().width > 1)
      .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 18)
      .map((element) => `${element.className || element.tagName}: ${element.textContent?.slice(0, 40)}`),
  )
}

test('the simulator shows its first twin with less than 60 kB of script, compressed, of all that the browser fetched', async ({
  page,
  device,
}) => {
  const scripts = new Set<string>()
  page.on('request', (request) => request.resourceType() === 'script' && scripts.add(request.url()))
  const simulator = simulatorPage(page)
  await simulator.connect(device.connectionString)
  await expect(simulator.versions).toHaveText('v1/v1')
  const texts = await Promise.all([...scripts].map(async (url) => (await fetch(url)).text()))
  const bytes = texts.reduce((sum, text) => sum + gzipSync(text).length, 0)
  test.info().annotations.push({ type: 'scripts', description: `${scripts.size} scripts, ${bytes} bytes by gzip` })
  expect(bytes).toBeGreaterThan(20_000)
  expect(bytes).toBeLessThan(60_000)
})

test('the pages carry a policy that lets in nothing inline, no eval, no worker of a blob and nobody else', async ({
  page,
}) => {
  for (const path of ['/', '/fleet']) {
    await page.goto(path)
    const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content')
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self';/)
    expect(policy).not.toMatch(/unsafe|blob:|data:|\*(?![\s;]|$)/)
  }
})
