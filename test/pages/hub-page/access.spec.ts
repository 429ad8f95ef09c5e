import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, rowIn, test } from '../support/hub-page.ts'

test("the hub's page follows its Content-Security-Policy and calls only its hub", async ({ page, hubPage }) => {
  const origins = new Set<string>()
  page.on('request', (asked) => origins.add(new URL(asked.url()).origin))
  await hubPage.open('#/devices/device1')
  await hubPage.write('{ "a": nonsense }')
  await page.locator('.cm-lintRange-error').first().hover()
  await page.locator('.cm-tooltip').waitFor()
  await hubPage.write('{ "a": 1 }')
  await page.keyboard.press('Control+Enter')
  await expect(page.locator('.editor p[role=status]')).toContainText('Accepted as desired v2')
  expect([...origins]).toEqual([hubPage.hub.endpoints.http])
  const policy = (await fetch(hubPage.hub.endpoints.http)).headers.get('content-security-policy')
  expect(policy).toMatch(/^default-src 'none'; /)
  expect(policy).not.toMatch(/unsafe|\*|https?:|data:|blob:/)
  expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'")
})

test("the hub's page and its API reject other origins, and no page can frame it", async ({
  page,
  hubPage,
  complaints,
}) => {
  complaints.expect(/CORS|ERR_|frame|403/)
  const { endpoints } = hubPage.hub
  const otherSite = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(`<iframe src="${endpoints.http}/"></iframe>`)
  })
  otherSite.listen(0, '127.0.0.1')
  await once(otherSite, 'listening')
  const url = `http://127.0.0.1:${(otherSite.address() as AddressInfo).port}/`
  complaints.allow(url)
  await page.goto(url)
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
  // Without CORS headers the other page cannot read an answer, and the hub rejects its requests.
  expect(statuses.slice(0, 3)).toEqual(['refused', 'refused', 'refused'])
  expect(() => hubPage.hub.twin('evil')).toThrow('evil')
  expect(hubPage.hub.twin('device1')).toBeDefined()
  expect(page.frames().length).toBe(2)
  expect(await page.frames()[1]?.locator('.page').count()).toBe(0)
  otherSite.close()
})

test("the hub's page exists only under the hub's own names", async ({ hubPage }) => {
  const { plainPort } = hubPage.hub
  for (const path of ['/', '/hub/page/favicon.svg', '/demo', '/demo/', '/demo/kiosk', '/hub/devices', '/hub/events']) {
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

test("a link from another site opens the hub's page", async ({ page, hubPage }) => {
  await page.goto(`data:text/html,<a href="${hubPage.hub.endpoints.http}/">hub</a>`)
  await page.click('a')
  await rowIn(page, 'device1').waitFor()
})
