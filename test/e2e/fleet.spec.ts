import { expect, test } from './world.ts'

const COUNT = 200

test('the fleet page connects two hundred devices, counts them, looks into one, and lets them go', async ({
  page,
  hub,
}) => {
  test.setTimeout(90_000)
  const connected = (): number => hub.connections().filter(({ deviceId }) => deviceId.startsWith('fleet-')).length
  await page.goto('/')
  await page.getByRole('link', { name: 'A fleet' }).click()
  // As a person does it: filled by Playwright, a number of Firefox gets the new digits beside the old ones.
  await page.getByLabel('How many devices').press('ControlOrMeta+A')
  await page.keyboard.type(String(COUNT))
  await page.getByRole('button', { name: 'Start the fleet' }).first().click()
  await expect(page.getByRole('definition').filter({ hasText: `${COUNT} of ${COUNT}` })).toBeVisible({
    timeout: 45_000,
  })
  expect(connected()).toBe(COUNT)
  await expect(page.getByRole('row')).toHaveCount(COUNT + 1)
  await expect(page.getByRole('row').filter({ hasText: 'ready' })).toHaveCount(COUNT)

  await hub.updateTwin('fleet-7', { properties: { desired: { climate: { target: 23 } } } })
  await page.getByRole('button', { name: 'fleet-7', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'fleet-7' })
  await expect(dialog.getByText('→ 23.0 °C')).toBeVisible()
  await expect(dialog.locator('canvas')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()

  await page.getByRole('button', { name: 'Stop' }).click()
  await expect.poll(connected, { timeout: 20_000 }).toBe(0)
  await expect(page.getByLabel('How many devices')).toBeVisible()
  await page.getByRole('link', { name: 'A device' }).click()
  await expect(page.getByRole('button', { name: 'Connect device1' })).toBeVisible()
})
