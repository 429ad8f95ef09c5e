import { expect, test } from '../support/fleet-page.ts'
import { expectAccessible, expectNoSideScroll, recordShifts, shiftOf, SIZES } from '../support/layout.ts'

test('the fleet page fits four widths, light and dark, cuts no text off, and does not shift', async ({
  page,
  fleet,
}) => {
  await page.addInitScript(recordShifts)
  await page.setViewportSize(SIZES[0])
  await fleet.open()
  for (const size of SIZES) {
    await page.setViewportSize(size)
    await expectNoSideScroll(page, `at ${size.width} px, without a fleet`)
  }
  await fleet.startLocal(3)
  await expect(fleet.total('connected')).toHaveText('3 of 3')
  await fleet.desire('fleet-1', { firmware: { version: '1.3.0' } })
  await fleet.desire('fleet-2', { firmware: { version: 7 } })
  await expect(fleet.total('firmware failed')).toHaveText('1')
  await expect(fleet.cell('fleet-1', 'update').getByRole('progressbar')).toBeVisible()
  for (const size of SIZES) {
    await page.setViewportSize(size)
    const at = `at ${size.width} px`
    await expectNoSideScroll(page, at)
    expect(await page.locator('.fleet-table :is(th, td)').evaluateAll(cutOff), at).toEqual([])
    await expectAccessible(page, at)
    await page.getByRole('button', { name: 'Roll out…' }).click()
    await expectNoSideScroll(page, `the dialog ${at}`)
    await page.getByRole('button', { name: 'Cancel' }).click()
  }
  expect(await shiftOf(page)).toBeLessThanOrEqual(0.02)
  await page.setViewportSize(SIZES[0])
  await page.getByRole('button', { name: 'fleet-1', exact: true }).click()
  await page.locator('dialog canvas').waitFor()
  await expectNoSideScroll(page)
})

/** Runs in the page. @returns the texts of cells that are wider than their space */
function cutOff(cells: Element[]): string[] {
  return cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)
}
