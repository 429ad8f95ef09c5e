import { startHub } from 'hubtwin-emulator'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axeFaults } from './axe.ts'
import { isNoWiderThanScreen, keyOf, seen, soon } from './look.ts'
import { executablePath, openSite, type Site, visit, type Visit } from './page.ts'

type Hub = Awaited<ReturnType<typeof startHub>>

const wide = { width: 1280, height: 800 }
const title = `the fleet page${executablePath === undefined ? ' (skipped: no Chromium here)' : ''}`

let hub: Hub
let site: Site
let visits: Visit[] = []

describe.skipIf(executablePath === undefined)(title, () => {
  beforeAll(async () => {
    hub = await startHub({ securePort: 0, plainPort: 0 })
    site = await openSite({ localPort: hub.plainPort })
  })
  afterEach(async () => {
    for (const { page } of visits) await page.context().close()
    visits = []
    await noOneIsConnected()
  })
  afterAll(async () => {
    await site?.close()
    await hub?.close()
  })

  it('creates twenty devices at the local hub, connects them all, reports, and closes them all', async () => {
    const { page, complaints, requests } = await open()
    await startLocal(page, 20)
    await seen(total(page, 'connected'), '20 of 20')
    expect(
      hub
        .connections()
        .map(({ deviceId }) => deviceId)
        .sort(),
    ).toEqual(Array.from({ length: 20 }, (_, index) => `fleet-${index + 1}`).sort())
    await expect
      .poll(() => reportedOf('fleet-20'), soon)
      .toMatchObject({
        climate: { temperature: expect.any(Number), target: 20, fanOn: false },
        firmware: { version: '1.2.1', status: 'idle' },
      })
    expect(hub.twin('fleet-20')).toMatchObject({ tags: { site: 'lab' } })
    await seen(total(page, 'firmware idle'), '20')
    await expect.poll(async () => Number(await total(page, 'reports a second').textContent()), soon).toBeGreaterThan(0)

    await page.getByRole('button', { name: 'Stop' }).click()
    await expect.poll(() => hub.connections().length, soon).toBe(0)
    expect(await page.getByRole('button', { name: 'Start the fleet' }).first().isVisible()).toBe(true)
    expect(await page.locator('#rows tr').count()).toBe(0)
    expect(complaints).toEqual([])
    expect(requests.filter((url) => new URL(url).origin !== new URL(site.url).origin)).toEqual([])
  })

  it('begins anew after a stop, with devices that exist already and another number of them', async () => {
    const { page, complaints } = await open()
    await startLocal(page, 3)
    await seen(total(page, 'connected'), '3 of 3')
    await page.getByRole('button', { name: 'Stop' }).click()
    await startLocal(page, 5)
    await seen(total(page, 'connected'), '5 of 5')
    expect(complaints).toEqual([])
  })

  it('follows what the back end wants of each device, and counts it', async () => {
    const { page } = await open()
    await startLocal(page, 4)
    await seen(total(page, 'connected'), '4 of 4')
    await want('fleet-2', { climate: { target: 23 }, firmware: { version: '1.2.1' } })
    await want('fleet-3', { climate: { target: 'warm' }, firmware: { version: 7 } })
    await seen(cell(page, 'fleet-2', 'target'), '23.0')
    await seen(cell(page, 'fleet-2', 'update'), 'done')
    await seen(cell(page, 'fleet-3', 'target'), '20.0')
    await seen(total(page, 'firmware done'), '1')
    await seen(total(page, 'firmware failed'), '1')
    await expect
      .poll(() => reportedOf('fleet-3'), soon)
      .toMatchObject({
        climate: { target: 20, error: 'climate.target is "warm"; a number from 5 to 35 is needed' },
        firmware: { status: 'failed' },
      })
    await page.getByLabel('Show').selectOption('failed')
    await expect.poll(() => page.locator('#rows tr:visible th').allTextContents(), soon).toEqual(['fleet-3'])
    await want('fleet-2', null)
    await want('fleet-3', null)
  })

  it('looks into a device at a press, by keyboard too, and can make its next update fail', async () => {
    const { page, complaints } = await open()
    await startLocal(page, 2)
    await seen(total(page, 'connected'), '2 of 2')
    await page.getByRole('button', { name: 'fleet-1', exact: true }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'fleet-1' })
    await dialog.locator('canvas').waitFor()
    await dialog.getByLabel('the next update fails').check()
    await want('fleet-1', { firmware: { version: '1.3.0', rollout: 'r1' } })
    await seen(dialog.getByRole('status'), 'Downloading 1.3.0')
    await seen(dialog.getByLabel('Desired'), '"rollout": "r1"')
    await expect
      .poll(() => reportedOf('fleet-1'), { timeout: 50_000 })
      .toMatchObject({
        firmware: { version: '1.2.1', status: 'failed', pending: '1.3.0', rollout: 'r1' },
      })
    await seen(dialog.getByRole('status'), 'Failed: Version 1.3.0 did not start; 1.2.1 runs again.')
    await dialog.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => reportedOf('fleet-1'), soon).toMatchObject({ firmware: { status: 'downloading' } })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await want('fleet-1', null)
    expect(complaints).toEqual([])
  })

  it('comes back when connections are dropped', async () => {
    const { page } = await open()
    await startLocal(page, 3)
    await seen(total(page, 'connected'), '3 of 3')
    const connectedAt = (): number | undefined =>
      hub.connections().find(({ deviceId }) => deviceId === 'fleet-2')?.connectedAt
    const before = connectedAt()
    hub.faults.drop({ deviceId: 'fleet-2' })
    await expect.poll(() => connectedAt() ?? before, soon).not.toBe(before)
    await seen(total(page, 'connected'), '3 of 3')
  })

  it.each([
    ['HostName=localhost', 'Connection string has no SharedAccessKeyName'],
    ['HostName=localhost;SharedAccessKeyName=device', 'Connection string has no SharedAccessKey'],
    ['HostName=localhost;SharedAccessKey=bWFkZS11cA==', 'Connection string has no SharedAccessKeyName'],
    [
      'HostName=localhost;DeviceId=device1;SharedAccessKey=bWFkZS11cA==',
      'Connection string is one of a device; a fleet needs that of a shared access policy',
    ],
    ['bWFkZS11cA==', 'Connection string'],
  ])('says what a policy lacks: %s', async (text, fault) => {
    const { page } = await open()
    await page.getByLabel('Connection string of a policy').fill(text)
    await seen(page.locator('#policy-fault'), fault)
    expect(await page.locator('body').innerText()).not.toContain('bWFkZS11cA==')
  })

  it.each(['', '0', '201', '1.5', '-3'])('refuses "%s" devices, and says how many it takes', async (count) => {
    const { page } = await open()
    await startLocal(page, count)
    await seen(page.locator('#count-fault'), 'a whole number from 1 to 200 is needed')
    expect(await page.getByLabel('How many devices').evaluate((each) => each === document.activeElement)).toBe(true)
  })

  it('connects with a policy of another hub, and says why a device is away; the key goes nowhere', async () => {
    const other = await startHub({ securePort: 0, plainPort: 0, devices: ['fleet-1'] })
    try {
      const policy = other.connectionStrings.service({ plain: true, policyName: 'device' })
      const { page, requests } = await open()
      await page.getByLabel('How many devices').fill('2')
      await page.getByLabel('Connection string of a policy').fill(policy)
      await page.locator('#own-form').getByRole('button').click()
      await seen(total(page, 'connected'), '1 of 2, 1 in trouble')
      await seen(page.getByRole('alert'), 'fleet-2: ')
      await seen(page.getByRole('alert'), 'Does the device exist')
      await seen(cell(page, 'fleet-2', 'state'), 'not connected: ERR_')
      await seen(cell(page, 'fleet-1', 'state'), 'ready')
      await other.createDevice('fleet-2')
      await seen(total(page, 'connected'), '2 of 2')
      await expect.poll(() => page.getByRole('alert').count(), soon).toBe(0)
      expect(await page.content()).not.toContain(keyOf(policy))
      expect(requests.some((url) => url.includes(encodeURIComponent(keyOf(policy))))).toBe(false)
      expect(await page.getByLabel('Connection string of a policy').inputValue()).toBe('')
      await page.getByRole('button', { name: 'Stop' }).click()
    } finally {
      await other.close()
    }
  })

  it.each(['light', 'dark'] as const)('has nothing that axe finds fault with, in the %s', async (colorScheme) => {
    const { page } = await open()
    await page.emulateMedia({ colorScheme })
    expect(await axeFaults(page)).toEqual([])
    await startLocal(page, 2)
    await seen(total(page, 'connected'), '2 of 2')
    await want('fleet-2', { climate: { target: 'warm' }, firmware: { version: 7 } })
    await seen(total(page, 'firmware failed'), '1')
    expect(await axeFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'fleet-2', exact: true }).click()
    await page.locator('dialog canvas').waitFor()
    await seen(page.getByRole('dialog'), 'Not taken: climate.target is "warm"')
    expect(await axeFaults(page)).toEqual([])
    await want('fleet-2', null)
  })

  it('is no wider than a phone, with and without a fleet', async () => {
    const { page } = await open({ width: 320, height: 640 })
    await isNoWiderThanScreen(page)
    await startLocal(page, 2)
    await seen(total(page, 'connected'), '2 of 2')
    await isNoWiderThanScreen(page)
    const [name, stop] = [page.getByText('hubtwin', { exact: true }), page.getByRole('button', { name: 'Stop' })]
    const { y = 0, height = 0 } = (await name.boundingBox()) ?? {}
    expect((await stop.boundingBox())?.y, 'they share a line').toBeLessThan(y + height)
    await page.getByRole('button', { name: 'fleet-1', exact: true }).click()
    await page.locator('dialog canvas').waitFor()
    await isNoWiderThanScreen(page)
  })
})

describe.skipIf(executablePath === undefined)(`${title} without a local hub`, () => {
  it('says how to start one', async () => {
    const gone = await startHub({ securePort: 0, plainPort: 0 })
    const alone = await openSite({ localPort: gone.plainPort })
    await gone.close()
    try {
      const { page } = await visit(alone, wide, 'fleet')
      await startLocal(page, 2)
      await seen(
        page.getByRole('alert'),
        'No local hub is running: start one in another terminal with “npm run emulator”',
      )
    } finally {
      await alone.close()
    }
  })
})

async function open(size = wide): Promise<Visit> {
  const visited = await visit(site, size, 'fleet')
  visits.push(visited)
  return visited
}

async function startLocal(page: Page, count: number | string): Promise<void> {
  await page.getByLabel('How many devices').fill(String(count))
  await page.locator('#start-local').click()
}

async function noOneIsConnected(): Promise<void> {
  await expect.poll(() => hub.connections().length, soon).toBe(0)
}

function total(page: Page, name: string): ReturnType<Page['locator']> {
  return page.locator('.fleet-total', { has: page.getByText(name, { exact: true }) }).locator('dd')
}

function cell(page: Page, deviceId: string, column: string): ReturnType<Page['locator']> {
  const row = page.locator('#rows tr', { has: page.getByRole('button', { name: deviceId, exact: true }) })
  return row.locator(`.fleet-${column}`)
}

function want(deviceId: string, desired: object | null): Promise<unknown> {
  const patch = desired ?? { climate: null, firmware: null }
  return hub.updateTwin(deviceId, { properties: { desired: patch as never } })
}

function reportedOf(deviceId: string): unknown {
  return (hub.twin(deviceId) as { properties: { reported: unknown } }).properties.reported
}
