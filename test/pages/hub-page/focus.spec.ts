import type { Page } from '@playwright/test'
import { expect, PHONE, test } from '../support/hub-page.ts'

const longId = `line-${'7-station-'.repeat(11)}end`

test("the hub's page returns the focus when a dialog, a pane, or a row closes", async ({ page, hubPage }) => {
  await hubPage.open()
  const add = page.getByRole('button', { name: 'Add', exact: true })
  const dialog = page.getByRole('dialog')
  for (const close of [() => dialog.getByRole('button', { name: 'Cancel' }).press('Enter'), () => pressEscape(page)]) {
    await add.press('Enter')
    await expect(dialog.getByLabel('Device ID')).toBeFocused()
    await close()
    await expect(dialog).toHaveCount(0)
    await expect(add).toBeFocused()
  }

  for (const [link, pane] of [
    ['kiosk-2', 'device'],
    ['Query', 'query'],
    ['Configurations', 'configurations'],
  ] as const) {
    const opener = page.getByRole('link', { name: link, exact: true })
    await opener.press('Enter')
    await page.getByRole('link', { name: `Close the ${pane}` }).press('Enter')
    await expect(opener).toBeFocused()
  }

  const events = page.getByRole('group', { name: /^Events/ })
  await events.press('ArrowUp')
  await page.getByRole('button', { name: 'Copy the event' }).focus()
  await pressEscape(page)
  await expect(page.locator('.event-detail')).toHaveCount(0)
  await expect(events).toBeFocused()
})

test("the hub's page shows the whole of a long device ID on a phone", async ({ page, hubPage }) => {
  await hubPage.hub.createDevice(longId)
  await page.setViewportSize(PHONE)
  await hubPage.open(`#/devices/${longId}`)
  const title = page.locator('#device-title')
  await expect(title).toHaveText(longId)
  expect(await title.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBeLessThanOrEqual(0)
  await expect(page.getByRole('button', { name: 'Delete' })).toBeInViewport()
})

const pressEscape = (page: Page): Promise<void> => page.keyboard.press('Escape')
