import { expect, test } from '../support/fleet-page.ts'

/** As many as the page accepts. */
const MOST = 200

test('the fleet page connects two hundred devices, shows one of them, and stops them', async ({ page, fleet }) => {
  test.setTimeout(90_000)
  await fleet.open()
  await fleet.startLocal(MOST)
  await expect(fleet.total('connected')).toHaveText(`${MOST} of ${MOST}`, { timeout: 45_000 })
  expect(fleet.connected().length).toBe(MOST)
  await expect(page.locator('#rows tr')).toHaveCount(MOST)
  await expect(page.getByRole('row').filter({ hasText: 'ready' })).toHaveCount(MOST)
  await fleet.desire('fleet-187', { climate: { target: 23 } })
  await page.getByRole('button', { name: 'fleet-187', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'fleet-187' })
  await expect(dialog.getByText('→ 23.0 °C')).toBeVisible()
  await expect(dialog.locator('canvas')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect.poll(fleet.connected, { timeout: 20_000 }).toEqual([])
})
