import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import axe from 'axe-core'
import type { Page } from 'playwright'
import { afterEach, describe, expect, test } from 'vitest'
import { seen, soon } from '../look.ts'
import { executablePath } from '../page.ts'
import { phone, row, stage, wide, write } from './open-hub-page.ts'

const title = `the hub's page${executablePath === undefined ? ' (skipped: no Chromium here)' : ''}`

/** What axe finds at fault, a line each. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${String(target)} ${failureSummary}`),
  )
}

describe.skipIf(executablePath === undefined)(title, () => {
  const on = stage()
  const cleanups: (() => unknown)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup()
  })

  test('can be used by everyone, as far as axe can tell: light and dark, wide and narrow, open and empty', async () => {
    await on.hub.updateTwin('kiosk-1', { tags: { floor: 3 }, properties: { desired: { on: true, mode: 'eco' } } })
    const { page } = await on.open()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await faults(page)).toEqual([])
    }
    await on.connect('kiosk-1')
    const opened = await on.open('#/devices/kiosk-1')
    await write(opened.page, '{ "a": }')
    await seen(opened.page.locator('.editor [role=status]'), 'A value should be here')
    await opened.page.locator('.line').last().click()
    await opened.page.getByText('Call a method').click()
    await opened.page.getByText('Send a message').click()
    for (const colorScheme of ['light', 'dark'] as const) {
      await opened.page.emulateMedia({ colorScheme })
      expect(await faults(opened.page)).toEqual([])
    }
    await opened.page.getByRole('button', { name: 'Delete' }).click()
    expect(await faults(opened.page)).toEqual([])
    const small = await on.open('#/devices/kiosk-1', phone)
    await seen(small.page.locator('#device-title'), 'kiosk-1')
    expect(await faults(small.page)).toEqual([])
  })

  test('needs nothing that its policy refuses, and asks nobody but its hub', async () => {
    const { page, complaints, requests } = await on.open('#/devices/device1')
    await write(page, '{ "a": nonsense }')
    await page.locator('.cm-lintRange-error').first().hover()
    await page.locator('.cm-tooltip').waitFor()
    await write(page, '{ "a": 1 }')
    await page.keyboard.press('Control+Enter')
    await seen(page.locator('.editor [role=status]'), 'Taken as desired v2')
    expect(complaints).toEqual([])
    const origins = new Set(requests.map((address) => new URL(address).origin))
    expect([...origins]).toEqual([on.hub.endpoints.http])
    const policy = (await fetch(on.hub.endpoints.http)).headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none'; /)
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:|blob:/)
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'")
  })

  test('is closed for other origins, and cannot be framed', async () => {
    const { endpoints } = on.hub
    const stranger = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end(`<iframe src="${endpoints.http}/"></iframe>`)
    })
    stranger.listen(0, '127.0.0.1')
    cleanups.push(() => stranger.close())
    await once(stranger, 'listening')
    const page = await on.browser.newPage()
    cleanups.push(() => page.close())
    await page.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`)
    const statuses = await page.evaluate(async (hub) => {
      const attempt = (path: string, init?: RequestInit): Promise<string> =>
        fetch(`${hub}${path}`, init).then(
          (answer) => `answered ${answer.status}`,
          () => 'refused',
        )
      return Promise.all([
        attempt('/hub/devices'),
        attempt('/hub/events'),
        attempt('/hub/devices/device1', { method: 'DELETE' }),
        attempt('/hub/devices', { method: 'POST', mode: 'no-cors', body: '{"deviceId":"evil"}' }),
      ])
    }, endpoints.http)
    // Without CORS all that a stranger may send is opaque to it; the hub itself has refused it too.
    expect(statuses.slice(0, 3)).toEqual(['refused', 'refused', 'refused'])
    expect(() => on.hub.twin('evil')).toThrow('evil')
    expect(on.hub.twin('device1')).toBeDefined()
    expect(page.frames().length).toBe(2)
    expect(await page.frames()[1]?.locator('.page').count()).toBe(0)
  })

  test('is nothing under a name that is not the hub, whatever leads there', async () => {
    const { plainPort } = on.hub
    for (const path of ['/', '/hub/page/favicon.svg', '/hub/devices', '/hub/events']) {
      const status = await new Promise((resolve, reject) => {
        const headers = { host: `evil.example:${plainPort}` }
        request({ port: plainPort, host: '127.0.0.1', path, headers }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
          .once('error', reject)
          .end()
      })
      expect([path, status]).toEqual([path, 403])
    }
  })

  test('may be linked to from elsewhere', async () => {
    const page = await on.browser.newPage()
    cleanups.push(() => page.close())
    await page.goto(`data:text/html,<a href="${on.hub.endpoints.http}/">hub</a>`)
    await page.click('a')
    await row(page, 'device1').waitFor()
  })

  test('draws only what can be seen of 10,000 devices, and finds the last one', async () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `sensor-${at + 1}`)
    for (let at = 0; at < names.length; at += 1000) {
      await Promise.all(names.slice(at, at + 1000).map((name) => on.hub.createDevice(name)))
    }
    const { page } = await on.open('', wide)
    await seen(page.locator('.bar-facts'), '10,004')
    const rowCount = () => page.locator('.devices table').getAttribute('aria-rowcount')
    await expect.poll(rowCount, soon).toBe('10005')
    expect(await page.locator('.devices tbody tr').count()).toBeLessThan(60)
    await page.locator('.devices .scroll').evaluate((scroller) => scroller.scrollTo({ top: 5000 * 32 }))
    await row(page, 'sensor-5000').waitFor()
    await page.locator('.devices .scroll').evaluate((scroller) => scroller.scrollTo({ top: scroller.scrollHeight }))
    await row(page, 'sensor-10000').waitFor()
    expect(await page.locator('.devices tbody tr').count()).toBeLessThan(60)
    await on.connect('sensor-10000')
    await seen(row(page, 'sensor-10000'), 'connected')
    await page.getByLabel('State').selectOption('connected')
    await expect.poll(() => page.locator('.devices tbody a').allTextContents(), soon).toEqual(['sensor-10000'])
  })
})
