import { expect, test } from '../support/hub-page.ts'
import { expectAccessible, expectNoSideScroll, MAX_SHIFT, recordShifts, shiftOf, SIZES } from '../support/layout.ts'

test("the hub's page fits four widths, light and dark, and nothing moves while it loads", async ({ page, hubPage }) => {
  const { hub } = hubPage
  await page.addInitScript(recordShifts)
  await hub.updateTwin('kiosk-1', { tags: { floor: 3 }, properties: { desired: { climate: { target: 21 } } } })
  await hubPage.connect('kiosk-1')
  await hub.sendToDevice('kiosk-1', { body: 'hello' })
  for (const size of SIZES) {
    await page.setViewportSize(size)
    const at = `at ${size.width} px`
    await page.goto('about:blank')
    await hubPage.open('#/devices/kiosk-1')
    await expect(page.getByRole('textbox', { name: 'Patch of the desired properties' })).toBeVisible()
    await expect(hubPage.leaf('desired', 'climate.target')).toHaveText('21')
    expect(await shiftOf(page), at).toBeLessThanOrEqual(MAX_SHIFT)
    await page.getByText('Call a method').click()
    await page.locator('.activity summary').first().click()
    await page.getByText('Endpoints').click()
    await expectNoSideScroll(page, at)
    // The buttons for copying stand in a column.
    const lefts = await page
      .locator('.endpoints button')
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().left))
    expect(lefts.length).toBe(5)
    expect(new Set(lefts.map(Math.round)).size, at).toBe(1)
    await page.getByText('Endpoints').click()
    await expectAccessible(page, at)
  }
})
