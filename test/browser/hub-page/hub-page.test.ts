import { describe, expect, test } from 'vitest'
import { isNoWiderThanScreen, seen, soon } from '../look.ts'
import { executablePath } from '../page.ts'
import { leaf, phone, row, stage, wide, write } from './open-hub-page.ts'

const title = `the hub's page${executablePath === undefined ? ' (skipped: no Chromium here)' : ''}`

describe.skipIf(executablePath === undefined)(title, () => {
  const on = stage()

  test('lists every device by name, and shows at once who comes, reports and goes', async () => {
    const { page } = await on.open()
    const names = page.locator('.devices tbody a')
    await expect.poll(() => names.allTextContents(), soon).toEqual(['device1', 'kiosk-1', 'kiosk-2', 'kiosk-10'])
    await seen(page.locator('.bar-facts'), '0')
    await seen(page.locator('.devices .lesson'), 'No device is connected')
    const twin = await on.connect('kiosk-2')
    await seen(row(page, 'kiosk-2'), 'connected')
    await seen(page.locator('.bar-facts'), 'connected1')
    await twin.report({ on: true })
    await seen(row(page, 'kiosk-2').locator('.reportedVersion'), 'v2')
    await seen(row(page, 'kiosk-2').locator('.lastActivity'), 'now')
    await twin.close()
    await seen(row(page, 'kiosk-2'), 'not connected')
    await on.hub.createDevice('kiosk-11')
    await seen(row(page, 'kiosk-11'), 'never')
  })

  test('narrows and orders the table', async () => {
    await on.hub.updateTwin('kiosk-10', { properties: { desired: { a: 1 } } })
    await on.connect('kiosk-1')
    const { page } = await on.open()
    const names = page.locator('.devices tbody a')
    await page.getByRole('button', { name: 'Desired', exact: true }).click()
    await expect.poll(() => names.first().textContent(), soon).toBe('kiosk-10')
    await page.getByLabel('State').selectOption('connected')
    await expect.poll(() => names.allTextContents(), soon).toEqual(['kiosk-1'])
    await page.getByLabel('State').selectOption('all')
    await page.getByLabel('Part of the id').fill('OSK-1')
    await expect.poll(async () => (await names.allTextContents()).sort(), soon).toEqual(['kiosk-1', 'kiosk-10'])
    await page.getByLabel('Part of the id').fill('nothing')
    await seen(page.locator('.devices .lesson'), 'No device is like that')
  })

  test('opens a device by its address, with when each property was changed, and by which version', async () => {
    await on.hub.updateTwin('kiosk-1', { tags: { floor: 3 }, properties: { desired: { screen: { dim: true } } } })
    await on.hub.createModule('kiosk-1', 'camera')
    const { page } = await on.open('#/devices/kiosk-1')
    await seen(leaf(page, 'desired', 'screen.dim'), 'true')
    const line = page.locator('[data-section=desired] [data-path="screen.dim"]')
    expect(await line.getAttribute('title')).toMatch(/^screen\.dim · .*\d\d:\d\d:\d\d\.\d{3} · desired v2$/)
    await seen(leaf(page, 'tags', 'floor'), '3')
    const [table, current] = await Promise.all(
      ['.devices .scroll', '.devices [aria-current]'].map((selector) => page.locator(selector).boundingBox()),
    )
    expect(current?.y).toBeLessThanOrEqual((table?.y ?? 0) + (table?.height ?? 0) - (current?.height ?? 0))
    await page.getByRole('link', { name: 'camera' }).click()
    await seen(page.locator('#device-title'), 'kiosk-1 / camera')
    await page.goBack()
    await seen(page.locator('#device-title'), 'kiosk-1')
  })

  test('sends a patch that a real device gets, and shows what it reports', async () => {
    const twin = await on.connect()
    const wanted: unknown[] = []
    twin.onDesired('target', async ({ value }) => {
      wanted.push(value)
      await twin.report({ target: value as number })
    })
    const { page } = await on.open('#/devices/device1')
    await write(page, '{ "target": 23 }')
    await page.getByRole('button', { name: 'Send patch' }).click()
    await seen(page.locator('.editor [role=status]'), 'Taken as desired v2')
    await expect.poll(() => wanted, soon).toEqual([23])
    await seen(leaf(page, 'reported', 'target'), '23')
  })

  test('breaks a long value into lines, and not the short name before it', async () => {
    const desired = { error: 'one word after the other '.repeat(20), short: 1 }
    await on.hub.updateTwin('device1', { properties: { desired } })
    const { page } = await on.open('#/devices/device1')
    await seen(leaf(page, 'desired', 'error'), 'one word')
    const heights = ['error', 'short'].map((path) =>
      page
        .locator(`[data-section=desired] [data-path="${path}"] .key`)
        .evaluate((element) => element.getBoundingClientRect().height),
    )
    const [long, short] = await Promise.all(heights)
    expect(long).toBe(short)
  })

  test('marks what is not JSON where it is, and sends none of it', async () => {
    const { page } = await on.open('#/devices/device1')
    const says = page.locator('.editor [role=status]')
    await write(page, '{ "a": 1,\n  b: 2 }')
    await seen(says, 'Line 2, column 3: JSON has no such word; names and texts are in double quotes.')
    await page.locator('.cm-lintRange-error').first().waitFor()
    await write(page, '[1]')
    await seen(says, 'A patch is an object')
    await write(page, '{ "a": 1, "a": 2 }')
    await seen(says, 'The key a is here a second time')
    await page.getByRole('button', { name: 'Send patch' }).click()
    expect(on.hub.twin('device1')).toMatchObject({ version: 2 })
    await write(page, '{ "a": [null] }')
    await page.getByRole('button', { name: 'Send patch' }).click()
    await seen(page.locator('.editor [role=alert]'), 'null')
  })

  test('overwrites nothing that somebody else has changed since the writing began', async () => {
    const { page } = await on.open('#/devices/device1')
    await write(page, '{ "target": 5 }')
    await on.hub.updateTwin('device1', { properties: { desired: { target: 6 } } })
    await seen(page.locator('.conflict'), 'Somebody else has changed tags or desired')
    await seen(leaf(page, 'desired', 'target'), '6')
    expect(await page.getByRole('button', { name: 'Send patch' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'I have seen it' }).click()
    await page.getByRole('button', { name: 'Send patch' }).click()
    await seen(leaf(page, 'desired', 'target'), '5')
  })

  test('tells of a conflict that only the hub has noticed', async () => {
    const { page } = await on.open('#/devices/device1')
    await write(page, '{ "target": 5 }')
    // The other change comes between the press and the patch.
    await page.route('**/twin', async (route) => {
      await on.hub.updateTwin('device1', { properties: { desired: { target: 6 } } })
      await route.continue()
    })
    await page.getByRole('button', { name: 'Send patch' }).click()
    await seen(page.locator('.conflict'), 'Nothing was sent')
    expect(on.hub.twin('device1')).toMatchObject({ properties: { desired: { target: 6 } } })
  })

  test('adds, disables, enables, disconnects and deletes, each after a question', async () => {
    const { page } = await on.open()
    await page.getByRole('button', { name: 'Add' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Device id').fill('a/b')
    await dialog.getByRole('button', { name: 'Add' }).click()
    await seen(dialog.getByRole('alert'), 'deviceId must be')
    await dialog.getByLabel('Device id').fill('a%b')
    await dialog.getByRole('button', { name: 'Add' }).click()
    await seen(page.locator('#device-title'), 'a%b')
    const press = async (name: string): Promise<void> => {
      await page.locator('.actions').getByRole('button', { name, exact: true }).first().click()
      await dialog.getByRole('button', { name, exact: true }).click()
      await dialog.waitFor({ state: 'detached' })
    }
    await on.connect('a%b')
    await seen(page.locator('.facts'), 'Connectionconnected')
    await press('Disable')
    await seen(row(page, 'a%b'), 'disabled')
    await press('Enable')
    await seen(page.locator('.facts'), 'Statusenabled')
    const [before] = on.hub.connections()
    await expect.poll(() => on.hub.connections().length, soon).toBe(1)
    await press('Disconnect')
    await expect.poll(() => on.hub.connections()[0]?.connectedAt !== before?.connectedAt, soon).toBe(true)
    await page.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(on.hub.twin('a%b')).toBeDefined()
    await press('Delete')
    await row(page, 'a%b').waitFor({ state: 'detached' })
    expect(() => on.hub.twin('a%b')).toThrow('a%b')
  })

  test('gives a connection string when it is asked to, and no key before', async () => {
    const { page } = await on.open('#/devices/device1')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const key = /SharedAccessKey=([^;]+)/.exec(on.hub.connectionStrings.device('device1'))?.[1] ?? ''
    expect(await page.content()).not.toContain(key)
    await page.getByRole('button', { name: 'Copy, without TLS' }).click()
    await seen(page.locator('.connection-string [role=status]'), 'Copied')
    const wanted = on.hub.connectionStrings.device('device1', { plain: true })
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(wanted)
    await seen(page.locator('.secret'), wanted)
    await page.getByRole('button', { name: 'Hide' }).click()
    expect(await page.content()).not.toContain(key)
  })

  test('calls a method and sends a message, and says what became of it', async () => {
    const { page } = await on.open('#/devices/device1')
    await page.getByText('Call a method').click()
    await page.getByLabel('Method').fill('reboot')
    await page.getByLabel('Payload, as JSON').fill('{ nonsense')
    const called = page.locator('.form [role=status]').first()
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    await seen(called, 'The payload is not JSON')
    await page.getByLabel('Payload, as JSON').fill('')
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    await seen(called, 'Timed out waiting for device to connect')
    await page.getByText('Send a message').click()
    await page.getByLabel('Body').fill('hello')
    await page.getByLabel('Properties, one a line').fill('room=1')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await seen(page.locator('.form [role=status]').last(), 'Queued as number 1')
    await seen(page.locator('.facts'), 'Messages waiting1')
  })

  test('lists events with their payload; pauses, narrows, clears and exports them', async () => {
    const { page } = await on.open()
    const lines = page.locator('.line')
    await on.hub.updateTwin('kiosk-1', { tags: { floor: 1 } })
    await on.hub.updateTwin('kiosk-2', { properties: { desired: { dim: true } } })
    await seen(lines.last(), 'v2 {"desired":{"dim":true}}')
    await lines.last().click()
    await seen(page.locator('.event-detail pre'), '"by": "service"')
    await page.getByRole('button', { name: 'Pause' }).click()
    await on.hub.updateTwin('kiosk-1', { tags: { floor: 2 } })
    await seen(row(page, 'kiosk-1'), 'v1')
    await page.getByLabel('Part of an event').fill('floor')
    await expect.poll(() => lines.count(), soon).toBe(1)
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect.poll(() => lines.count(), soon).toBe(2)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ])
    const chunks: Buffer[] = []
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
    expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject([
      { deviceId: 'kiosk-1', change: { tags: { floor: 1 } } },
      { deviceId: 'kiosk-1', change: { tags: { floor: 2 } } },
    ])
    await page.getByLabel('Part of an event').fill('')
    await page.getByLabel('Kind').selectOption('registry')
    await seen(lines.first(), 'created')
    await page.getByRole('button', { name: 'Clear' }).click()
    await seen(page.locator('.events .lesson'), 'npx hubtwin-emulator events')
  })

  test('keeps the newest 2000 events, and follows them', async () => {
    const { page } = await on.open()
    const counts = Array.from({ length: 3000 }, (_, at) => at + 1)
    await Promise.all(counts.map((count) => on.hub.updateTwin('kiosk-1', { tags: { count } })))
    await seen(page.locator('.line').last(), '{"count":3000}')
    const height = await page.locator('.lines').evaluate((list) => list.clientHeight)
    expect(height / 28).toBeGreaterThanOrEqual(2000)
    expect(height / 28).toBeLessThanOrEqual(2500)
    expect(await page.locator('.line').count()).toBeLessThan(100)
  })

  test('is moved through by keys alone', async () => {
    const { page } = await on.open()
    await row(page, 'kiosk-10').waitFor()
    await page.locator('.devices tbody a').first().focus()
    await page.keyboard.press('End')
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent), soon).toBe('kiosk-10')
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent), soon).toBe('kiosk-2')
    await page.keyboard.press('Enter')
    await seen(page.locator('#device-title'), 'kiosk-2')
    await page.locator('.events .scroll').focus()
    await page.keyboard.press('ArrowUp')
    await seen(page.locator('.event-detail'), 'identity-created')
  })

  test('says that the hub is gone, and is in step with the next one', async () => {
    const { page } = await on.open()
    await row(page, 'kiosk-10').waitFor()
    await on.restart()
    await page.locator('[data-state=live]').waitFor()
    await row(page, 'kiosk-10').waitFor({ state: 'detached' })
    await seen(page.locator('.line.warning').first(), 'the hub has started again')
    await on.hub.createDevice('new')
    await row(page, 'new').waitFor()
  })

  test('fits a telephone, where its parts are one at a time', async () => {
    const { page } = await on.open('', phone)
    await isNoWiderThanScreen(page)
    await page.getByRole('link', { name: 'kiosk-1', exact: true }).click()
    await seen(page.locator('#device-title'), 'kiosk-1')
    await isNoWiderThanScreen(page)
    expect(await page.locator('.devices').isVisible()).toBe(false)
    await page.locator('.tabs').getByRole('button', { name: 'Events' }).click()
    await page.locator('.events').waitFor()
    await isNoWiderThanScreen(page)
    await page.locator('.tabs').getByRole('button', { name: 'kiosk-1' }).click()
    await page.getByRole('link', { name: 'Close the device' }).click()
    await page.locator('.devices').waitFor()
  })

  test('says of an address that leads nowhere what it is', async () => {
    const { page } = await on.open('#/devices/nobody', wide)
    await seen(page.locator('.device .lesson'), 'The hub has no device nobody')
    await page.getByRole('link', { name: 'Back to the devices' }).click()
    await page.locator('.device').waitFor({ state: 'detached' })
  })
})
