import type { Locator, Page } from '@playwright/test'
import { expect, test } from '../support/simulator-page.ts'

test('the report panel marks invalid JSON, and values beyond the limits of the hub', async ({
  page,
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  const field = await openEditor(page)
  await field.fill('{\n  "climate" 17\n}')
  await expect(page.locator('#patch-hint')).toContainText('Line 2, column 13: expected a colon, found 17.')
  await expect(page.locator('.cm-lintRange-error')).toContainText('17')
  await simulator.press('Report')
  expect(await page.evaluate(selectionInEditor)).toBe('17')
  await field.fill('{ "a": { "a.b": 1 } }')
  await expect(page.locator('#patch-hint')).toContainText('the hub accepts no control character')
  await expect(page.locator('.cm-lintRange-error').filter({ hasText: '"a.b"' })).toBeVisible()
  await field.fill('[1]')
  await expect(page.locator('#patch-hint')).toContainText('a patch is an object')
  await field.fill('')
  await expect(page.locator('#patch-hint')).toContainText('write a JSON object.')
  expect(device.reported()).toEqual({})
})

test('the report panel works under the Content-Security-Policy of the page', async ({ page, device, simulator }) => {
  await simulator.connectPassively(device)
  const field = await openEditor(page)
  await field.click()
  await page.keyboard.press('Control+A')
  await page.keyboard.type('{ "number": 12 }')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  for (const key of ['Shift+ArrowLeft', 'Shift+ArrowLeft']) await page.keyboard.press(key)
  await page.keyboard.type('34')
  await page.keyboard.press('Control+Enter')
  await expect.poll(device.reported).toEqual({ number: 34 })
  await page.keyboard.press('Control+Z')
  await expect(page.locator('.cm-line')).toContainText('12')
})

test('the report panel reports a patch, and shows its version and round trip', async ({ page, device, simulator }) => {
  await simulator.connectPassively(device)
  const field = await openEditor(page)
  await field.fill('{ "firmwareVersion": "1.2.1" }')
  await simulator.press('Report')
  await expect(page.locator('#report-result')).toContainText('Accepted as v2 in')
  await expect(page.locator('#versions')).toContainText('v1/v2')
  await expect(page.locator('#round-trip')).toContainText('ms')
  await expect(page.locator('#wire-rows [data-name=report]')).toContainText('204')
  expect(device.reported()).toEqual({ firmwareVersion: '1.2.1' })
})

test('the report panel sets and deletes a value, and shows its type and any broken limit', async ({
  page,
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  await page.getByLabel('Property').fill('climate.humidity')
  await page.getByLabel('Value').fill('45')
  await expect(page.locator('#quick-result')).toContainText('Reports the number 45.')
  await simulator.press('Set')
  await expect(page.locator('#quick-result')).toContainText('Accepted as v2')
  await page.getByLabel('Value').fill('forty five')
  await expect(page.locator('#quick-result')).toContainText('Reports the string "forty five".')
  await page.getByLabel('Value').press('Enter')
  await expect(simulator.line('reported', 'climate.humidity')).toContainText('45 "forty five"')
  await simulator.press('Delete')
  await expect.poll(device.reported).toEqual({ climate: {} })
  await page.getByLabel('Property').fill('climate..humidity')
  await simulator.press('Set')
  await expect(page.locator('#quick-result')).toContainText('Enter a property')
  await page.getByLabel('Property').fill('a b')
  await expect(page.locator('#quick-result')).toContainText('the hub accepts no control character')
})

async function openEditor(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Edit patch' }).click()
  const field = page.getByRole('textbox', { name: 'Reported patch' })
  await field.waitFor()
  return field
}

/** Runs in the page. */
function selectionInEditor(): string {
  const root = document.querySelector('#patch-editor')?.shadowRoot as (ShadowRoot & DocumentOrShadowRoot) | null
  const { getSelection } = root as unknown as { getSelection?: () => Selection | null }
  return (getSelection?.call(root) ?? document.getSelection())?.toString() ?? ''
}
