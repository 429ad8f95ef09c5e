import type { BrowserContext } from '@playwright/test'
import { expect, kioskPage, type Page, test } from '../support/kiosk-page.ts'

/** Everything that a script of the page can read. */
async function findable(page: Page): Promise<string> {
  const stored = await page.evaluate(async () => {
    const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]
    texts.push(JSON.stringify(await indexedDB.databases()), document.documentElement.outerHTML, location.href)
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const request of await cache.keys()) texts.push(request.url, await (await cache.match(request))!.text())
    }
    return texts
  })
  return stored.join('\n')
}

async function sessionOf(context: BrowserContext): Promise<string> {
  const [cookie, ...others] = await context.cookies()
  expect(others).toEqual([])
  expect(cookie).toMatchObject({ name: 'hubtwin', httpOnly: true, sameSite: 'Strict' })
  return cookie?.value ?? ''
}

test(
  'a one-time code enrolls the kiosk, and no script can read its credentials',
  { tag: '@firefox' },
  async ({ page, context, hub, device, service }) => {
    const kiosk = kioskPage(page)
    const passwords: string[] = []
    page.on('response', async (response) => {
      if (response.url().endsWith('/api/token'))
        passwords.push(((await response.json()) as { password: string }).password)
    })
    await kiosk.open()
    await expect(kiosk.state).toHaveText('Not enrolled yet')
    const code = await service.makeCode(device.deviceId)
    await kiosk.enroll(code.toLowerCase().replaceAll('-', ' '))
    await kiosk.isReady()
    await expect(kiosk.dialog).toBeHidden()
    await expect(kiosk.message).toHaveText('Welcome')
    expect(hub.connections().map(({ deviceId }) => deviceId)).toContain(device.deviceId)

    await expect.poll(() => passwords.length).toBeGreaterThan(0)
    const [signature = ''] = /sig=[^&]+/.exec(passwords[0] ?? '') ?? []
    expect(signature.length).toBeGreaterThan(20)
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    const all = await findable(page)
    expect(all).toContain(device.deviceId)
    for (const secret of [await sessionOf(context), signature, code]) {
      expect(secret).not.toBe('')
      expect(all.includes(secret)).toBe(false)
    }
  },
)

test('the kiosk says that a code is wrong or used, and accepts the next code', async ({
  page,
  device,
  service,
  complaints,
}) => {
  complaints.expect(/403/)
  const kiosk = kioskPage(page)
  const problem = kiosk.dialog.getByRole('alert')
  const used = await service.makeCode(device.deviceId)
  await page.request.post('/api/enrol', { data: { code: used } })
  await kiosk.open()
  for (const code of ['AAAA-AAAA-AAAA', used]) {
    await kiosk.enroll('')
    await kiosk.enroll(code)
    await expect(problem).toHaveText('The token service answered 403: The code is unknown, already used, or expired')
  }
  await kiosk.enroll(await service.makeCode(device.deviceId))
  await kiosk.isReady()
})

test('the kiosk gets a new token when its token expires, and then the missed changes', async ({
  kiosk,
  hub,
  device,
  service,
  twin,
}) => {
  const asked = (): number => service.events(device.deviceId).filter(({ event }) => event === 'token').length
  const before = asked()
  hub.faults.inject({ fault: 'expire', device: device.deviceId })
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  const version = await twin.desire({ message: 'Desired while the token was expired' })
  await expect(kiosk.message).toHaveText('Desired while the token was expired')
  await kiosk.isReady()
  expect(asked()).toBe(before + 1)
  await expect.poll(() => twin.answers.at(-1)?.version).toBe(version)
})

const JUMPS = 10

/** Ends after the page has handled a response and started its timer. The clock has no timers. */
async function handleTasks(): Promise<void> {
  for (let task = 0; task < 10; task++) {
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.addEventListener('message', resolve)
      port1.start()
      port2.postMessage(undefined)
    })
  }
}

test('a revoked kiosk says so, retries at most once a minute, and accepts a new code', async ({
  page,
  hub,
  device,
  service,
  twin,
  complaints,
}) => {
  complaints.expect(/403|WebSocket|can’t establish|interrupted/)
  await page.clock.install()
  const kiosk = kioskPage(page)
  await kiosk.open()
  await kiosk.enroll(await service.makeCode(device.deviceId))
  await kiosk.isReady()

  await service.revoke(device.deviceId)
  hub.faults.inject({ fault: 'expire', device: device.deviceId })
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  await expect(kiosk.state).toHaveText('The token service answered 403: The device or its token was revoked')
  await expect(kiosk.mark).toHaveAttribute('data-state', 'trouble')

  await expect(kiosk.age).toHaveText('')
  const refusals = (): number =>
    service.events(device.deviceId).filter(({ outcome }) => outcome === 'ERR_REVOKED').length
  const first = refusals()
  for (let jump = 0; jump < JUMPS; jump++) {
    const refused = page.waitForResponse((response) => response.status() === 403)
    // Longer than any wait of the page. Each timer fires once, as after a sleep.
    await page.clock.fastForward(61_000)
    await (await refused).finished()
    await page.evaluate(handleTasks)
  }
  expect(refusals()).toBeGreaterThanOrEqual(first + JUMPS)
  expect(refusals() - first).toBeLessThan(3 * JUMPS)
  await expect(kiosk.age).toHaveText(/^as of /)

  await kiosk.mark.click()
  await expect(kiosk.dialog).toContainText('was revoked')
  await kiosk.enroll(await service.makeCode(device.deviceId))
  await kiosk.isReady()
  await twin.desire({ message: 'Here again' })
  await expect(kiosk.message).toHaveText('Here again')
  await expect(kiosk.age).toHaveText('')
})

test('the panel says where codes come from, and shows the facts of an enrolled kiosk before the form', async ({
  page,
  device,
  service,
  twin,
}) => {
  const kiosk = kioskPage(page)
  await kiosk.open()
  await expect(kiosk.dialog).toContainText('run npm run service -- code device1 in a terminal')
  await expect(kiosk.dialog.getByRole('button', { name: 'Enroll again' })).toBeHidden()
  await expect(kiosk.dialog.getByText('Rejected properties')).toBeHidden()
  await kiosk.enroll(await service.makeCode(device.deviceId))
  await kiosk.isReady()
  const version = await twin.desire({ message: 'Here', theme: 'purple' })
  await expect(kiosk.message).toHaveText('Here')

  await kiosk.mark.click()
  await expect(kiosk.dialog.getByRole('heading')).toHaveText(device.deviceId)
  await expect(kiosk.state).toHaveText('Connected')
  const facts = page.locator('#facts')
  await expect(facts).toContainText(/Hub\s*localhost:\d+/)
  await expect(facts).toContainText(`version ${version}`)
  await expect(facts).toContainText(/Confirmed\s*\w+/)
  await expect(facts).toContainText(/Rejected properties\s*theme/)
  await expect(page.getByRole('textbox')).toBeHidden()
  await kiosk.dialog.getByRole('button', { name: 'Enroll again' }).click()
  await expect(page.getByRole('textbox')).toBeFocused()
  await expect(kiosk.dialog).toContainText(`npm run service -- code ${device.deviceId}`)
  await kiosk.dialog.getByRole('button', { name: 'Close' }).click()
  await kiosk.mark.click()
  await expect(page.getByRole('textbox')).toBeHidden()
})
