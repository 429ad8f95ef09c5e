import type { Response } from '@playwright/test'
import { denyBrowserStores } from '../support/deny.ts'
import { expect, simulatorPage, test } from '../support/simulator-page.ts'

test('each page has a policy against inline code, eval, blob: workers, and other origins', async ({
  page,
  complaints,
}) => {
  // The kiosk asks its server for a token service, which this server lacks.
  complaints.expect(/status of 404/)
  for (const path of ['/', '/fleet', '/kiosk']) {
    await page.goto(path)
    const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content')
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self';/)
    expect(policy).not.toMatch(/unsafe|blob:|data:|\*(?![\s;]|$)|https?:\/\/(?!localhost|127\.0\.0\.1)/)
  }
})

test('the browser enforces the policy of the simulator', async ({ page, simulator, complaints }) => {
  complaints.expect(/policy|violates|192\.0\.2\.1|Trusted/i)
  complaints.allow('http://192.0.2.1')
  await simulator.open()
  const outcomes = await page.evaluate(async () => {
    const attempt = (act: () => unknown) => {
      try {
        return String(act())
      } catch (error) {
        return (error as Error).name
      }
    }
    const blocked: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective))
    const script = document.createElement('script')
    const style = document.createElement('style')
    style.append('body { display: none }')
    const image = new Image()
    image.src = 'http://192.0.2.1/pixel.png'
    document.body.append(style, image)
    // Code that a debugger evaluates may call eval.
    await new Promise((resolve) => setTimeout(resolve, 0))
    const thrown = [
      // oxlint-disable-next-line no-eval -- the policy must block it
      attempt(() => globalThis.eval('1')),
      attempt(() => new Worker(URL.createObjectURL(new Blob(['1'])))),
      attempt(() => (script.textContent = '1')),
      attempt(() => (document.body.innerHTML = '<p>1</p>')),
    ]
    const asked = await fetch('http://192.0.2.1/').then(String, (error: Error) => error.name)
    await new Promise((resolve) => setTimeout(resolve, 100))
    return { thrown, asked, blocked: [...new Set(blocked)].sort(), display: getComputedStyle(document.body).display }
  })
  expect(outcomes).toEqual({
    thrown: ['EvalError', 'TypeError', 'TypeError', 'TypeError'],
    asked: 'TypeError',
    blocked: ['connect-src', 'img-src', 'require-trusted-types-for', 'style-src-elem'],
    display: 'flex',
  })
})

test('the start page loads at most 25 kB of script over the wire, and a connected simulator at most 60 kB', async ({
  page,
  device,
  service,
  complaints,
}) => {
  complaints.allow(service.url)
  // The policy of this server allows only its own hub.
  complaints.expect(/policy|violates/i)
  const responses: Response[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') responses.push(response)
  })
  const weigh = async (): Promise<number> => {
    const sizes = await Promise.all(
      responses.map(async (response) => (await response.request().sizes()).responseBodySize),
    )
    return sizes.reduce((sum, size) => sum + size, 0)
  }
  await page.goto(`${service.url}/`)
  await expect(page.locator('#local-status')).toContainText('does not let this page reach a local hub')
  const start = await weigh()
  expect(start).toBeGreaterThan(5000)
  expect(start).toBeLessThanOrEqual(25_000)
  expect(responses.map((response) => response.url()).filter((url) => /wire|twin|device-page/.test(url))).toEqual([])
  for (const response of responses) {
    const headers = await response.allHeaders()
    if (Number(headers['content-length'] ?? 2000) >= 1024) expect(headers['content-encoding']).toBe('br')
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
  }

  await page.getByRole('textbox', { name: 'Connection string' }).fill(device.connectionString)
  await page.keyboard.press('Enter')
  await expect(page.locator('#device-model canvas')).toBeVisible()
  const connected = await weigh()
  test.info().annotations.push({ type: 'script', description: `start ${start} bytes, connected ${connected} bytes` })
  expect(connected).toBeGreaterThan(30_000)
  expect(connected).toBeLessThanOrEqual(60_000)
})

for (const path of ['/', '/fleet']) {
  test(`the page ${path} works if the browser denies storage, caches, locks, channels, and service workers`, async ({
    page,
    complaints,
  }) => {
    complaints.expect(/The test denies it/)
    await denyBrowserStores(page)
    await page.goto(path)
    if (path === '/') {
      const simulator = simulatorPage(page)
      await simulator.press('Connect device1')
      await simulator.isReady()
      await expect(simulator.role).toHaveText('single tab')
    } else {
      await page.locator('#start-local').click()
      await expect(page.getByRole('definition').filter({ hasText: /^(\d+) of \1/ })).toBeVisible()
    }
  })
}
