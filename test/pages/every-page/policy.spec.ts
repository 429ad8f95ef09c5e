import { gzipSync } from 'node:zlib'
import { denyBrowserStores } from '../support/deny.ts'
import { expect, simulatorPage, test } from '../support/simulator-page.ts'

test('each page has a policy against inline code, eval, blob: workers, and other origins', async ({ page }) => {
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

test('the simulator shows its first twin with less than 60 kB of compressed script', async ({
  page,
  device,
  simulator,
}) => {
  const scripts = new Set<string>()
  page.on('request', (request) => request.resourceType() === 'script' && scripts.add(request.url()))
  await simulator.connectPassively(device)
  await expect(simulator.versions).toHaveText(/^v1\/v\d$/)
  const texts = await Promise.all([...scripts].map(async (url) => (await fetch(url)).text()))
  const bytes = texts.reduce((sum, text) => sum + gzipSync(text).length, 0)
  test.info().annotations.push({ type: 'scripts', description: `${scripts.size} scripts, ${bytes} bytes by gzip` })
  expect(bytes).toBeGreaterThan(20_000)
  expect(bytes).toBeLessThan(60_000)
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
