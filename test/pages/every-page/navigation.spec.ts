import type { Page } from '@playwright/test'
import { expect, test } from '../support/hub-page.ts'
import { simulatorPage } from '../support/simulator-page.ts'

const PAGES = { Device: '/demo/', Fleet: '/demo/fleet.html', Kiosk: '/demo/kiosk.html', Hub: '/' }

/** The paths of the links to the other pages. */
async function pathsOfLinks(page: Page): Promise<Record<string, string>> {
  const links = page.getByRole('navigation', { name: 'Pages' }).locator('a:not([aria-current])')
  const found = await links.evaluateAll((all) =>
    (all as HTMLAnchorElement[]).map(({ textContent, pathname }) => [textContent.trim(), pathname] as const),
  )
  return Object.fromEntries(found)
}

function othersThan(name: keyof typeof PAGES): Record<string, string> {
  return Object.fromEntries(Object.entries(PAGES).filter(([each]) => each !== name))
}

test('the hub serves every page, each links to all others, and the simulator and the hub link to the same device', async ({
  page,
  hubPage,
  complaints,
}) => {
  // The hub has no token service, which the kiosk needs.
  complaints.expect(/404/)
  const { http } = hubPage.hub.endpoints
  await hubPage.open()
  expect(await pathsOfLinks(page)).toEqual(othersThan('Hub'))
  await page.getByRole('link', { name: 'Kiosk', exact: true }).click()
  await expect(page.locator('#mark')).toBeAttached()
  expect(await pathsOfLinks(page)).toEqual(othersThan('Kiosk'))
  await page.getByRole('link', { name: 'Fleet' }).click()
  expect(await pathsOfLinks(page)).toEqual(othersThan('Fleet'))
  await page.getByLabel(/Number of devices/).fill('2')
  await page.locator('#start-local').click()
  await expect.poll(() => hubPage.hub.connections().map(({ deviceId }) => deviceId)).toEqual(['fleet-1', 'fleet-2'])
  expect(await pathsOfLinks(page)).toEqual(othersThan('Fleet'))
  // The fleet keeps running while another page opens.
  const opened = page.waitForEvent('popup')
  await page.getByRole('link', { name: 'Device', exact: true }).click()
  const other = await opened
  const simulator = simulatorPage(other)
  await expect(other.locator('#local-status')).toContainText(`The local hub runs at ${new URL(http).host}.`)
  expect(await pathsOfLinks(other)).toEqual(othersThan('Device'))
  await simulator.press('Connect device1')
  await simulator.isReady()
  expect(await pathsOfLinks(other)).toEqual(othersThan('Device'))
  await other.getByRole('link', { name: 'Hub', exact: true }).click()
  await expect(other).toHaveURL(`${http}/#/devices/device1`)
  await other.getByRole('link', { name: 'Close the device' }).click()
  await other.getByRole('link', { name: 'kiosk-1', exact: true }).click()
  await other.getByRole('link', { name: 'Open in the simulator' }).click()
  await simulator.isReady()
  await expect(other.locator('#device-id')).toHaveText('kiosk-1')
  await other.close()
})

test('the pages that the hub serves have a policy, come compressed, and are found at short addresses', async ({
  hubPage,
}) => {
  const { http } = hubPage.hub.endpoints
  const get = (path: string): Promise<Response> =>
    fetch(`${http}${path}`, { redirect: 'manual', headers: { 'accept-encoding': 'br' } })
  for (const path of ['/demo/', '/demo/fleet', '/demo/fleet.html', '/demo/kiosk', '/demo/kiosk-worker.js']) {
    const { status, headers } = await get(path)
    expect([path, status, headers.get('content-encoding')]).toEqual([path, 200, 'br'])
    const policy = headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none'; /)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|data:|blob:|https?:\/\/(?!localhost|127\.0\.0\.1)/)
    expect(headers.get('cache-control')).toBe('no-cache')
  }
  expect((await get('/demo')).headers.get('location')).toBe('/demo/')
  expect((await get('/demo/nothing')).status).toBe(404)
  expect((await get('/demo/..%2f..%2fcli.js')).status).toBe(404)
})
