import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { isInView, keyOf, seen, soon } from './look.ts'
import { describeSimulator } from './simulator.ts'

describeSimulator('the time-line', (simulator) => {
  it('has all that goes over the wire, a request and its answer in one row, and the whole payload behind it', async () => {
    const { page } = await simulator.connect()
    const rows = page.locator('#wire-rows > li')
    await seen(rows.filter({ hasText: 'CONNECT' }).first(), 'CONNACK 0')
    await seen(rows.filter({ hasText: 'SUBSCRIBE' }), 'SUBACK')
    await seen(page.locator('[data-name=get]'), '200')
    await simulator.setDesired({ climate: { target: 23 } })
    await seen(page.locator('[data-name=desired]'), 'v2')
    await page.getByRole('button', { name: 'Apply desired' }).click()
    const report = page.locator('[data-name=report]')
    await seen(report, 'v225 B')
    await seen(report, '204')
    expect(await report.count()).toBe(1)
    await report.locator('summary').click()
    await seen(report.locator('.wire-inside'), '$iothub/twin/PATCH/properties/reported/?$rid=')
    await seen(report.locator('.wire-inside'), '"target": 23')
    await seen(report.locator('.wire-inside'), '$iothub/twin/res/204/?$rid=')
  })

  it('shows the rows that are asked for, by kind and by words', async () => {
    const { page } = await simulator.connect()
    const rows = page.locator('#wire-rows > li')
    await page.getByLabel('Show').selectOption('twin')
    await expect.poll(() => rows.count(), soon).toBe(1)
    await page.getByLabel('Show').selectOption('errors')
    await seen(page.locator('#wire-empty'), 'No row of this kind yet.')
    simulator.hub.faults.drop()
    await seen(rows.first(), 'lost')
    await page.getByLabel('Show').selectOption('all')
    await seen(rows.filter({ hasText: 'CONNACK 0' }).nth(1), 'CONNECT')
    await page.getByLabel('Search the rows').fill('suback')
    const subscribe = expect.stringContaining('SUBSCRIBE')
    await expect.poll(() => rows.allTextContents(), soon).toEqual([subscribe, subscribe])
  })

  it('follows the newest row, keeps some hundreds, and stays where somebody reads', async () => {
    const { page } = await simulator.connect()
    for (let target = 1; target <= 620; target++) await simulator.setDesired({ climate: { target } })
    const rows = page.locator('#wire-rows > li')
    await seen(rows.last(), 'v621')
    expect(await rows.count()).toBe(500)
    await seen(page.locator('#wire-count'), 'the last 500 of 62')
    await expect.poll(() => rows.last().evaluate(isInView), soon).toBe(true)
    await rows.nth(100).scrollIntoViewIfNeeded()
    await simulator.setDesired({ climate: { target: 0 } })
    await seen(rows.last(), 'v622')
    expect(await rows.last().evaluate(isInView)).toBe(false)
  })

  it('holds still while it is paused, and can be cleared', async () => {
    const { page } = await simulator.connect()
    await page.getByRole('button', { name: 'Pause' }).click()
    const before = await page.locator('#wire-rows > li').count()
    await simulator.setDesired({ climate: { target: 23 } })
    await page.getByRole('button', { name: 'Paused, 1 new' }).click()
    await expect.poll(() => page.locator('#wire-rows > li').count(), soon).toBe(before + 1)
    await page.getByRole('button', { name: 'Clear' }).click()
    expect(await page.locator('#wire-rows > li').count()).toBe(0)
    await seen(page.locator('#wire-empty'), 'All that goes over the wire will be listed here.')
  })

  it('is exported as JSON, with no secret in it', async () => {
    const { page, complaints } = await simulator.connect()
    await simulator.setDesired({ climate: { target: 23 } })
    await seen(page.locator('[data-name=desired]'), 'v2')
    const coming = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).click()
    const download = await coming
    expect(download.suggestedFilename()).toBe('hubtwin-device1.json')
    const text = await readFile(await download.path(), 'utf8')
    const exported = JSON.parse(text) as { deviceId: string; entries: Record<string, unknown>[] }
    expect(exported.deviceId).toBe('device1')
    expect(exported.entries.find(({ name }) => name === 'get')).toMatchObject({
      topic: '$iothub/twin/GET/?$rid=1',
      roundTripInMs: expect.any(Number),
      answer: { text: '200' },
    })
    expect(exported.entries.find(({ name }) => name === 'desired')).toMatchObject({ version: 2, direction: 'in' })
    expect(text).not.toContain(keyOf(simulator.connectionString))
    expect(text).not.toContain('SharedAccessSignature')
    expect(complaints).toEqual([])
  })
})
