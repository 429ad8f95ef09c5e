import { expect, kioskPage, type Page, test } from '../support/kiosk-page.ts'

const MONDAY_TO_WEDNESDAY = { mon: '09:00-18:00', tue: '09:00-18:00', wed: '09:00-18:00' }

function readStyle(page: Page): Promise<Record<string, unknown>> {
  return page.evaluate(() => ({
    colorScheme: getComputedStyle(document.documentElement).colorScheme,
    accent: getComputedStyle(document.querySelector('main')!, '::before').backgroundColor,
    volume: document.querySelector('audio')!.volume,
  }))
}

test('the kiosk applies colors and volume from desired, and reports the version', async ({ page, kiosk, twin }) => {
  const version = await twin.desire({ message: 'Hello', theme: 'dark', accent: '#2fbf71', volume: 0.25 })
  await expect(kiosk.message).toHaveText('Hello')
  await expect.poll(() => readStyle(page)).toEqual({ colorScheme: 'dark', accent: 'rgb(47, 191, 113)', volume: 0.25 })
  await expect.poll(() => twin.answers.at(-1)).toEqual({ version, refused: [] })
  await twin.desire({ theme: 'light', accent: null, message: '<b>Two</b>\nlines' })
  await expect(kiosk.message).toHaveText('<b>Two</b>\nlines')
  await expect.poll(() => readStyle(page)).toMatchObject({ colorScheme: 'light', accent: 'rgb(11, 92, 186)' })
})

test('the kiosk rejects invalid settings by name, and applies the others', async ({ page, kiosk, twin, device }) => {
  await twin.desire({ message: 'Before', theme: 'dark', accent: '#2fbf71', volume: 0.25 })
  await expect(kiosk.message).toHaveText('Before')
  const invalid = { accent: 'red;}', volume: 7, openingHours: { mon: 'nine to five' }, unknown: [1, { a: 'b' }] }
  const version = await twin.desire({ message: 'After', ...invalid })
  await expect(kiosk.message).toHaveText('After')
  await expect
    .poll(() => twin.answers.at(-1))
    .toEqual({ version, refused: expect.arrayContaining(['accent', 'volume', 'openingHours']) })
  expect(twin.answers.at(-1)?.refused).toHaveLength(3)
  expect(device.reported()).toMatchObject({
    message: { value: 'After', ac: 200, av: version },
    volume: { value: 0, ac: 400, av: version, ad: expect.any(String) },
    heartbeatInSeconds: { value: 60, ac: 203, av: 0 },
  })
  await expect(kiosk.opening).toHaveText('')
  expect(await readStyle(page)).toMatchObject({ colorScheme: 'dark', accent: 'rgb(11, 92, 186)' })
  const fixed = await twin.desire({ accent: '#2fbf71', volume: 1, openingHours: MONDAY_TO_WEDNESDAY })
  await expect.poll(() => twin.answers.at(-1)).toEqual({ version: fixed, refused: [] })
})

test('the kiosk shows the opening hours by its clock', async ({ page, service, device, twin }) => {
  // A Wednesday in the past, so that no token expires.
  await page.clock.setFixedTime(new Date(2026, 0, 7, 12, 0))
  await twin.desire({ openingHours: MONDAY_TO_WEDNESDAY })
  const kiosk = kioskPage(page)
  await kiosk.open()
  await kiosk.enroll(await service.makeCode(device.deviceId))
  await expect(kiosk.opening).toHaveText(/^Open until (6:00 PM|18:00)$/)
  await page.clock.setFixedTime(new Date(2026, 0, 7, 18, 0))
  await expect(kiosk.opening).toHaveText(/^Closed, opens Monday (at )?0?9:00/)
  await page.clock.setFixedTime(new Date(2026, 0, 12, 9, 0))
  await expect(kiosk.opening).toHaveText(/^Open until/)
})
