import { expect, test } from '../support/hub-page.ts'
import { expectAccessible, expectNoSideScroll, SIZES } from '../support/layout.ts'

test("the hub's page runs a query, marks a syntax error, and opens a row and its device by keyboard", async ({
  page,
  hubPage,
  complaints,
}) => {
  complaints.expect(/400/)
  await hubPage.hub.updateTwin('kiosk-2', { tags: { floor: 3 } })
  await hubPage.open()
  await page.getByRole('link', { name: 'Query' }).click()
  const pane = page.getByRole('region', { name: 'Query' })
  const editor = pane.getByRole('textbox', { name: 'Query' })
  const status = pane.locator('.query-form [role=status]').first()

  await editor.fill("SELECT deviceId, tags.floor FROM device WHERE deviceId = 'x'")
  await page.keyboard.press('Control+Enter')
  await expect(pane.getByRole('alert')).toContainText('Line 1, col 34: there is no collection device.')
  await expect(page.locator('.cm-lintRange-error')).toHaveText('device')
  await editor.fill("SELECT deviceId, tags FROM devices WHERE STARTSWITH(deviceId, 'kiosk')")
  await expect(pane.getByRole('alert')).toHaveCount(0)
  await page.keyboard.press('Control+Enter')
  await expect(status).toHaveText('3 rows')
  const rows = pane.locator('tbody tr')
  await expect(rows).toHaveText(['1kiosk-1{}', '2kiosk-10{}', '3kiosk-2{"floor":3}'])

  await pane.getByRole('group', { name: /^Result/ }).focus()
  await page.keyboard.press('End')
  const detail = pane.getByRole('group', { name: 'Selected row' })
  await expect(detail).toContainText('"floor": 3')
  await page.keyboard.press('Escape')
  await expect(detail).toHaveCount(0)
  await page.keyboard.press('End')
  await detail.getByRole('link', { name: 'Open kiosk-2' }).press('Enter')
  await expect(page.locator('#device-title')).toContainText('kiosk-2')

  // The query and its result outlive a look at the device.
  await page.goBack()
  await expect(editor).toContainText('STARTSWITH')
  await expect(rows).toHaveCount(3)
  await pane.getByText('Earlier queries').click()
  await pane
    .getByRole('list', { name: /^Earlier/ })
    .getByRole('button', { name: 'FROM device WHERE' })
    .click()
  await expect(editor).toBeFocused()
  await expect(editor).toContainText("deviceId = 'x'")
})

test("the hub's page counts, shows no rows, and copies a query as code", async ({ page, hubPage }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const device = await hubPage.connect('kiosk-1')
  await device.report({ firmware: { version: '1.3.0' } })
  await hubPage.open('#/query')
  const pane = page.getByRole('region', { name: 'Query' })
  const [run, editor] = [pane.getByRole('button', { name: 'Run' }), pane.getByRole('textbox', { name: 'Query' })]
  const status = pane.locator('.query-form [role=status]').first()
  for (const [example, rows] of [
    ['All devices', '4 rows'],
    ['Reported versions', '1 row'],
    ['Count by version', '2 rows'],
    ['Connected devices', '1 row'],
    ['Modules', '0 rows'],
    ['Jobs', '0 rows'],
  ] as const) {
    await pane.getByRole('button', { name: example }).click()
    await run.click()
    await expect(status, example).toHaveText(rows)
  }
  await expect(pane).toContainText('No row.')
  await editor.fill('SELECT COUNT() AS n FROM devices')
  await run.click()
  await expect(pane.locator('tbody tr')).toHaveText(['14'])
  await pane.getByRole('button', { name: 'Copy as azure-iothub code' }).click()
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText())
  await expect.poll(copied).toContain('registry.createQuery("SELECT COUNT() AS n FROM devices")')
  await pane.getByRole('button', { name: 'Copy as a curl command' }).click()
  await expect.poll(copied).toContain(`'${hubPage.hub.endpoints.http}/hub/query'`)
  await expect(pane.getByRole('button', { name: 'Copy as hubtwin code' })).toHaveCount(0)
})

test("the hub's page reads 250 rows page by page, and says when the hub has stopped", async ({
  page,
  hubPage,
  complaints,
}) => {
  complaints.expect(/ERR_/)
  const names = Array.from({ length: 246 }, (_, at) => `sensor-${String(at).padStart(3, '0')}`)
  await Promise.all(names.map((name) => hubPage.hub.createDevice(name)))
  await hubPage.open('#/query')
  const pane = page.getByRole('region', { name: 'Query' })
  const status = pane.locator('.query-form [role=status]').first()
  const [run, more] = [pane.getByRole('button', { name: 'Run' }), pane.getByRole('button', { name: 'More' })]
  await run.click()
  await expect(status).toHaveText('100 rows so far')
  const result = pane.getByRole('group', { name: /^Result/ })
  for (const rows of ['200 rows so far', '250 rows']) {
    await more.click()
    await expect(status).toHaveText(rows)
  }
  await expect(more).toHaveCount(0)
  await result.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('End')
  await expect(pane.getByRole('group', { name: 'Selected row' })).toContainText('"sensor-245"')
  expect(await pane.locator('tbody tr').count()).toBeLessThan(60)

  await hubPage.hub.close()
  await run.click()
  await expect(pane.getByRole('alert')).toHaveText('The hub does not respond. Is it running?')
  // The fixture closes the new hub.
  await hubPage.restart()
  await page.locator('[data-state=live]').waitFor()
  await run.click()
  await expect(status).toHaveText('1 row')
})

test('the query fits four widths, light and dark, without a finding of axe', async ({ page, hubPage, complaints }) => {
  complaints.expect(/400/)
  await hubPage.hub.updateTwin('kiosk-1', { tags: { note: 'a long text '.repeat(40) } })
  await hubPage.open('#/query')
  const pane = page.getByRole('region', { name: 'Query' })
  await pane.getByRole('button', { name: 'Run' }).click()
  await pane.getByRole('group', { name: /^Result/ }).focus()
  await page.keyboard.press('ArrowDown')
  await pane.getByText('Earlier queries').click()
  for (const size of SIZES) {
    await page.setViewportSize(size)
    const at = `at ${size.width} px`
    await expectNoSideScroll(page, at)
    await expect(pane.locator('tbody tr').first(), at).toBeVisible()
    if (size.width < 500 || size.width === 1440) await expectAccessible(page, at)
  }
  await pane.getByRole('textbox', { name: 'Query' }).fill('SELECT nothing')
  await page.keyboard.press('Control+Enter')
  await pane.getByRole('alert').waitFor()
  await expectAccessible(page, 'with a problem')
})
