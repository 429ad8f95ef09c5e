import type { Page } from '@playwright/test'
import { expect, test } from '../support/simulator-page.ts'

/** Everything that the page stores, or that a script can read. */
async function traces(page: Page): Promise<string> {
  const kept = await page.evaluate(async () => {
    const databases = await indexedDB.databases()
    const cached = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
    return JSON.stringify([
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      databases,
      cached.flat().map(({ url }) => url),
      document.cookie,
      location.href,
      history.state,
      window.name,
      document.title,
      document.documentElement.outerHTML,
      [...document.querySelectorAll('input')].map(({ value }) => value),
    ])
  })
  expect(/sig=[\w%]+|eyJ\w+/.exec(kept)).toBeNull()
  return kept
}

test('the simulator keeps its key out of storage, URL, and elements, and forgets it at a reload', async ({
  page,
  device,
  simulator,
}) => {
  const key = /SharedAccessKey=([^;]+)/.exec(device.connectionString)?.[1] ?? ''
  expect(key).not.toBe('')
  await simulator.connectAs(device)
  await expect(page.getByText('This page holds the key')).toBeVisible()
  expect((await traces(page)).includes(key)).toBe(false)
  expect(new URL(page.url()).search).toBe('')
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Connection string' })).toHaveValue('')
  expect((await traces(page)).includes(key)).toBe(false)
})

test('a link to a token service has its URL, and no credentials', async ({
  page,
  simulator,
  service,
  device,
  complaints,
}) => {
  complaints.allow(service.url)
  const code = await service.makeCode(device.deviceId)
  await simulator.connectByService(service.url, code)
  await simulator.isReady()
  expect([...new URL(page.url()).searchParams]).toEqual([['service', service.url]])
  expect((await traces(page)).includes(code)).toBe(false)
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'URL of the token service' })).toHaveValue(service.url)
  await expect(page.getByRole('textbox', { name: 'One-time code or JWT' })).toHaveValue('')
  expect((await traces(page)).includes(code)).toBe(false)
})
