import { expect, test } from '../support/fleet-page.ts'

/** The maximum of the page. */
const MAX_COUNT = 200

test('the fleet page connects 200 devices, opens a device, and stops', async ({ page, fleet }) => {
  test.setTimeout(90_000)
  await fleet.open()
  await fleet.startLocal(MAX_COUNT)
  await expect(fleet.total('connected')).toHaveText(`${MAX_COUNT} of ${MAX_COUNT}`, { timeout: 45_000 })
  expect(fleet.connected().length).toBe(MAX_COUNT)
  await expect(page.locator('#rows tr')).toHaveCount(MAX_COUNT)
  await expect(page.getByRole('row').filter({ hasText: 'ready' })).toHaveCount(MAX_COUNT)
  await fleet.desire('fleet-187', { climate: { target: 23 } })
  await page.getByRole('button', { name: 'fleet-187', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'fleet-187' })
  await expect(dialog.getByText('→ 23.0 °C')).toBeVisible()
  await expect(dialog.locator('canvas')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect.poll(fleet.connected, { timeout: 20_000 }).toEqual([])
})
