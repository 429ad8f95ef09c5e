import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { preview, type PreviewServer } from 'vite'
import { axeFindings } from '../support/axe.ts'
import { type Complaints, recordComplaints } from '../support/complaints.ts'

const ROOT = fileURLToPath(new URL('../../../docs/.vitepress', import.meta.url))

const PAGES = [
  'index.html',
  'start/page.html',
  'guides/token-service.html',
  'errors.html',
  'limits.html',
  'benchmarks.html',
  'what-happens-when.html',
  'api/hubtwin.html',
]

let server: PreviewServer
let url = ''
let complaints: Complaints

test.beforeAll(async () => {
  if (!existsSync(`${ROOT}/dist/index.html`)) throw new Error('Build the site first: npm run docs:build')
  server = await preview({ root: ROOT, configFile: false, appType: 'mpa', logLevel: 'error', preview: { port: 0 } })
  url = server.resolvedUrls?.local[0] ?? ''
})
test.afterAll(() => server.close())

test.beforeEach(async ({ context }) => {
  complaints = await recordComplaints(context, [new URL(url).host])
})
test.afterEach(() => complaints.check())

for (const colorScheme of ['light', 'dark'] as const) {
  for (const page of PAGES) {
    test(`${page} has no finding of axe in the ${colorScheme} theme and asks no other site`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce' })
      const own = await recordComplaints(context, [new URL(url).host])
      const tab = await context.newPage()
      await tab.goto(url + page, { waitUntil: 'networkidle' })
      await expect(tab.getByRole('heading', { level: 1 })).toBeVisible()
      expect(await axeFindings(tab)).toEqual([])
      own.check()
      await context.close()
    })
  }
}

test('the search finds an error code without a server', async ({ page }) => {
  await page.goto(`${url}index.html`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('searchbox').fill('ERR_REPLACED')
  const results = page.getByRole('listbox')
  await expect(results).toContainText('ERR_REPLACED')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
})

test('a quick start shows the code of its example', async ({ page }) => {
  await page.goto(`${url}start/node.html`)
  await expect(page.locator('.vp-doc')).toContainText("twin.onDesired('message'")
})

test('a chart is a picture of the site', async ({ page }) => {
  await page.goto(`${url}benchmarks.html`, { waitUntil: 'networkidle' })
  const charts = page.locator('.vp-doc img')
  expect(await charts.count()).toBeGreaterThan(5)
  const widths = await charts.evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth))
  expect(widths.every((width) => width > 0)).toBe(true)
})
