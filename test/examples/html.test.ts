import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkPage } from './support/page.ts'

test('A copy of examples/html runs, and Chromium refuses a changed script', async (context) => {
  const { copy, page, url } = await checkPage(context, 'html', 'dist')
  appendFileSync(join(copy.folder, 'dist/light.min.js'), '// changed\n')
  const refused = page.waitForEvent('console', (message) => message.text().includes('integrity'))
  // The page waits for nothing else, so the end of the load is enough.
  await page.goto(url)
  expect(await page.evaluate(() => 'hubtwin' in globalThis)).toBe(false)
  expect((await refused).text()).toContain('light.min.js')
})
