import type { Page } from 'playwright'
import { expect, it } from 'vitest'
import { line, seen, soon } from './look.ts'
import { describeSimulator } from './simulator.ts'

describeSimulator('reporting', (simulator) => {
  it('tells in the editor where a patch is no JSON, and which limit of the hub another one breaks', async () => {
    const { page, complaints } = await simulator.connect()
    const field = await openEditor(page)
    await field.fill('{\n  "climate" 17\n}')
    await seen(page.locator('#patch-says'), 'Line 2, column 13: a colon should be here, not 17.')
    await seen(page.locator('.cm-lintRange-error'), '17')
    await page.getByRole('button', { name: 'Report', exact: true }).click()
    expect(await page.evaluate(selectionInEditor)).toBe('17')
    await field.fill('{ "a": { "a.b": 1 } }')
    await seen(page.locator('#patch-says'), 'the hub takes no control character, dot, dollar or space in a key')
    await seen(page.locator('.cm-lintRange-error'), '"a.b"')
    await field.fill('[1]')
    await seen(page.locator('#patch-says'), 'a patch is an object')
    await field.fill('')
    await seen(page.locator('#patch-says'), 'Write a JSON object.')
    expect(simulator.reportedAtHub()).toEqual({})
    expect(complaints).toEqual([])
  })

  it('keeps to the policy of the page however the editor is written in', async () => {
    const { page, complaints } = await simulator.connect()
    const field = await openEditor(page)
    await field.click()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('{ "number": 12 }')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    for (const key of ['Shift+ArrowLeft', 'Shift+ArrowLeft']) await page.keyboard.press(key)
    await page.keyboard.type('34')
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => simulator.reportedAtHub(), soon).toEqual({ number: 34 })
    await page.keyboard.press('Control+Z')
    await seen(page.locator('.cm-line'), '12')
    expect(complaints).toEqual([])
  })

  it('reports a patch, and shows its version and round trip', async () => {
    const { page } = await simulator.connect()
    const field = await openEditor(page)
    await field.fill('{ "firmwareVersion": "1.2.1" }')
    await page.getByRole('button', { name: 'Report', exact: true }).click()
    await seen(page.locator('#report-says'), 'Taken as v2 in')
    await seen(page.locator('#versions'), 'v1/v2')
    await seen(page.locator('#round-trip'), 'ms')
    await seen(page.locator('#wire-rows [data-name=report]'), '204')
    expect(simulator.reportedAtHub()).toEqual({ firmwareVersion: '1.2.1' })
  })

  it('sets one value quickly and deletes it, and says how it is read and which limit it breaks', async () => {
    const { page } = await simulator.connect()
    await page.getByLabel('Property').fill('climate.humidity')
    await page.getByLabel('Value').fill('45')
    await seen(page.locator('#quick-says'), 'Will be the number 45.')
    await page.getByRole('button', { name: 'Set' }).click()
    await seen(page.locator('#quick-says'), 'Taken as v2')
    await page.getByLabel('Value').fill('forty five')
    await seen(page.locator('#quick-says'), 'Will be the text "forty five".')
    await page.getByLabel('Value').press('Enter')
    await seen(line(page, 'reported', 'climate.humidity'), '45 "forty five"')
    await page.getByRole('button', { name: 'Delete' }).click()
    await expect.poll(() => simulator.reportedAtHub(), soon).toEqual({ climate: {} })
    await page.getByLabel('Property').fill('climate..humidity')
    await page.getByRole('button', { name: 'Set' }).click()
    await seen(page.locator('#quick-says'), 'Name a property')
    await page.getByLabel('Property').fill('a b')
    await seen(page.locator('#quick-says'), 'the hub takes no control character, dot, dollar or space in a key')
  })
})

async function openEditor(page: Page) {
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
