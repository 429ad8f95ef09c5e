import { denyBrowserStores } from '../support/deny.ts'
import { expect, kioskPage, type Page, test } from '../support/kiosk-page.ts'

/** Changes the storage from another page of the origin, before the kiosk's scripts run. */
async function beforeNextLoad(page: Page, script: (value: string) => void, value = ''): Promise<void> {
  await page.goto('/fleet')
  await page.evaluate(script, value)
}

/** Runs in the page. Leaves no room for even the shortest entry. */
function fillStorage(): void {
  for (let size = 5_000_000; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (let index = 0; ; index++) localStorage.setItem(`filler-${size}-${index}`, 'x'.repeat(size))
    } catch {
      // The storage is full; the next filler is half as long.
    }
  }
}

const DAMAGED: Readonly<Record<string, string>> = {
  'invalid JSON': '{',
  'no object': '[]',
  'wrong types': '{"hostName":7,"deviceId":{}}',
  'an invalid host name': '{"hostName":"a b/c","deviceId":"kiosk"}',
  'an invalid endpoint': '{"hostName":"localhost","deviceId":"kiosk","endpoint":"javascript:1"}',
}

test(
  'the kiosk connects with its cookie and stores the device again when the stored device is damaged',
  { tag: '@firefox' },
  async ({ page, kiosk, device }) => {
    for (const [what, text] of Object.entries(DAMAGED)) {
      await beforeNextLoad(page, (value) => localStorage.setItem('kiosk/enrolled', value), text)
      await kiosk.open()
      await kiosk.isReady()
      await expect(kiosk.dialog, what).toBeHidden()
      const kept = await page.evaluate(() => localStorage.getItem('kiosk/enrolled'))
      expect(JSON.parse(kept ?? ''), what).toMatchObject({ deviceId: device.deviceId })
    }
  },
)

test('the kiosk shows its message when the stored state is damaged', async ({ page, kiosk, twin }) => {
  await twin.desire({ message: 'Still here' })
  await expect(kiosk.message).toHaveText('Still here')
  for (const text of ['{', '7', '{"desired":[],"seenAt":"x"}', '{"desired":{"message":{}},"seenAt":1e300}']) {
    await beforeNextLoad(page, (value) => localStorage.setItem('kiosk/last', value), text)
    await kiosk.open()
    await kiosk.isReady()
    await expect(kiosk.message).toHaveText('Still here')
    await expect(kiosk.age).toHaveText('')
  }
})

test('a damaged kiosk without a valid cookie says so, and a new code enrolls it', async ({
  page,
  context,
  kiosk,
  service,
  device,
  complaints,
}) => {
  complaints.expect(/401/)
  await beforeNextLoad(page, () => localStorage.setItem('kiosk/enrolled', 'null'))
  await context.clearCookies()
  await kiosk.open()
  await expect(kiosk.dialog.getByRole('alert')).toHaveText(
    /^The stored data of this kiosk is damaged\. The token service answered 401/,
  )
  await kiosk.enroll(await service.makeCode(device.deviceId))
  await kiosk.isReady()
  await expect(kiosk.dialog).toBeHidden()
})

test(
  'a code enrolls a kiosk with a full storage, which stays the same device after a reload',
  { tag: '@firefox' },
  async ({ page, hub, service, device, twin, complaints }) => {
    complaints.expect(/401/)
    const kiosk = kioskPage(page)
    await beforeNextLoad(page, fillStorage)
    await kiosk.open()
    await expect(kiosk.dialog.getByRole('alert')).toHaveText(/the storage is blocked or full\. /)
    await kiosk.enroll(await service.makeCode(device.deviceId))
    for (const message of ['Before a reload', 'After a reload']) {
      await kiosk.isReady()
      await expect(kiosk.dialog).toBeHidden()
      await twin.desire({ message })
      await expect(kiosk.message).toHaveText(message)
      await kiosk.mark.click()
      await expect(kiosk.dialog).toContainText('The kiosk still works. It asks the token service at each start.')
      await page.reload()
    }
    expect(hub.connections().filter(({ deviceId }) => deviceId === device.deviceId).length).toBeLessThanOrEqual(1)
  },
)

test('the kiosk uses up no code while the browser blocks cookies', async ({ page, service, device }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'cookieEnabled', { get: () => false }))
  const kiosk = kioskPage(page)
  await kiosk.open()
  const code = await service.makeCode(device.deviceId)
  await kiosk.enroll(code)
  await expect(kiosk.dialog.getByRole('alert')).toHaveText(/blocks cookies/)
  const response = await page.request.post('/api/enrol', { data: { code } })
  expect(response.status()).toBe(201)
})

test('the kiosk connects if the browser denies storage, caches, locks, channels, and service workers', async ({
  page,
  service,
  device,
  twin,
  complaints,
}) => {
  complaints.expect(/401|SecurityError|denied|without a network|could not be removed/)
  await denyBrowserStores(page)
  const kiosk = kioskPage(page)
  await kiosk.open()
  await kiosk.enroll(await service.makeCode(device.deviceId))
  await kiosk.isReady()
  await twin.desire({ message: 'Without any of them' })
  await expect(kiosk.message).toHaveText('Without any of them')
})
