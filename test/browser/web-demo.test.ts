import { developmentDeviceConnectionString, startHub } from 'hubtwin-emulator'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { localDeviceConnectionString } from '../../web-demo/src/local-hub.ts'
import { isInView, isNoWiderThanScreen, isReady, keyOf, line, seen, soon } from './look.ts'
import { executablePath, openSite, type Site, visit, type Visit } from './page.ts'

type Hub = Awaited<ReturnType<typeof startHub>>

const wide = { width: 1280, height: 800 }

let site: Site
let hub: Hub
let connectionString: string
let visits: Visit[]

const title = `the simulator page${executablePath === undefined ? ' (skipped: no Chromium here)' : ''}`

describe.skipIf(executablePath === undefined)(title, () => {
  beforeAll(async () => {
    site = await openSite()
  })
  afterAll(() => site?.close())
  beforeEach(async () => {
    hub = await startHub({ securePort: 0, plainPort: 0 })
    connectionString = hub.connectionStrings.device('device1', { plain: true })
    visits = []
  })
  afterEach(async () => {
    for (const { page } of visits) await page.context().close()
    await hub.close()
  })

  it('says what a connection string lacks while it is typed, and never shows the key', async () => {
    const { page } = await open()
    const field = page.getByLabel('Connection string')
    await field.fill(connectionString.replace('DeviceId=', 'Deviceid='))
    await seen(page.locator('#connection-fault'), 'has "Deviceid" in part 2 of 4; write DeviceId')
    await field.fill(connectionString)
    await seen(page.locator('#connection-fault'), '')
    await seen(page.locator('#connection-parts'), 'DeviceIddevice1')
    expect(await field.getAttribute('type')).toBe('password')
    expect(await page.content()).not.toContain(keyOf(connectionString))
  })

  it('connects by a pasted connection string and shows both sections', async () => {
    await setDesired({ climate: { target: 21 } })
    const { page } = await connect()
    await seen(page.locator('.bar-device'), `device1 @ localhost:${hub.plainPort}`)
    await seen(page.locator('#versions'), 'v2/v1')
    await seen(line(page, 'desired', 'climate.target'), '21')
    await seen(line(page, 'reported', 'climate.target'), '—')
  })

  it('connects to the well-known device of the local hub by one press, and says how to start it', async () => {
    expect(localDeviceConnectionString).toBe(developmentDeviceConnectionString)
    const { page } = await open()
    await page.routeWebSocket(/10480/, (socket) => socket.close())
    await page.getByRole('button', { name: 'Connect device1' }).click()
    await seen(page.locator('#trouble'), 'npm run emulator')
    await seen(page.locator('.bar-device'), 'device1 @ localhost:10480')
  })

  it('marks a desired change as different on both sides, and applying it makes them equal at the hub', async () => {
    const { page } = await connect()
    await setDesired({ climate: { target: 23 } })
    await seen(line(page, 'desired', 'climate.target'), 'not reported')
    await seen(line(page, 'reported', 'climate.target'), '≠ desired')
    await page.getByRole('button', { name: 'Apply desired' }).click()
    await seen(line(page, 'desired', 'climate.target'), '23=')
    await seen(line(page, 'reported', 'climate.target'), '23=')
    expect(reportedAtHub()).toMatchObject({ climate: { target: 23 } })
    await setDesired({ climate: { target: 25 } })
    await seen(line(page, 'desired', 'climate.target'), '23 25≠ reported +2')
    await seen(line(page, 'reported', 'climate.target'), '≠ desired −2')
  })

  it('applies by itself every change and every deletion, when it is told to', async () => {
    const { page } = await connect()
    await page.getByLabel('by itself').check()
    await setDesired({ climate: { target: 20, fanOn: true } })
    await expect.poll(() => reportedAtHub(), soon).toMatchObject({ climate: { target: 20, fanOn: true } })
    for (let target = 21; target <= 30; target++) await setDesired({ climate: { target } })
    await setDesired({ climate: { fanOn: null } })
    await expect.poll(() => reportedAtHub()['climate'], soon).toEqual({ target: 30 })
    await seen(page.locator('#apply-hint'), 'The device reports all that is desired.')
  })

  it('lights a change once, where it happens, and without motion for those who want none', async () => {
    await setDesired({ climate: { target: 23, fanOn: true } })
    const { page } = await connect()
    const target = line(page, 'desired', 'climate.target')
    const look = () =>
      target.evaluate((item) => ({
        animations: item.getAnimations().length,
        isLit: getComputedStyle(item).backgroundColor !== 'rgba(0, 0, 0, 0)',
      }))
    expect(await look()).toEqual({ animations: 0, isLit: false })
    await setDesired({ climate: { target: 24 } })
    await expect.poll(look, soon).toEqual({ animations: 0, isLit: true })
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    await setDesired({ climate: { target: 25 } })
    await expect.poll(look, soon).toEqual({ animations: 1, isLit: true })
    expect(await line(page, 'desired', 'climate.fanOn').evaluate((item) => item.getAnimations().length)).toBe(0)
    await expect.poll(look, soon).toEqual({ animations: 0, isLit: false })
  })

  it('strikes a deleted property through before it goes', async () => {
    await setDesired({ climate: { target: 23, fanOn: true } })
    const { page } = await connect()
    await setDesired({ climate: { fanOn: null } })
    await seen(line(page, 'desired', 'climate.fanOn').locator('del'), 'true')
    await expect.poll(() => line(page, 'desired', 'climate.fanOn').count(), soon).toBe(0)
    expect(await line(page, 'desired', 'climate.target').count()).toBe(1)
  })

  it('tells where a patch is no JSON, and which limit of the hub another one breaks', async () => {
    const { page } = await connect()
    const field = page.getByLabel('Reported patch')
    await field.fill('{\n  "climate" 17\n}')
    await seen(page.locator('#patch-says'), 'Line 2, column 13: a colon should be here, not 17.')
    await seen(page.locator('#patch-mark mark'), '17')
    await page.getByRole('button', { name: 'Report', exact: true }).click()
    expect(await field.evaluate((area: HTMLTextAreaElement) => area.selectionStart)).toBe(14)
    await field.fill('{ "a.b": 1 }')
    await seen(page.locator('#patch-says'), 'the hub takes no control character, dot, dollar or space in a key')
    await field.fill('[1]')
    await seen(page.locator('#patch-says'), 'A patch is an object')
    expect(reportedAtHub()).toEqual({})
  })

  it('reports a patch, and shows its version and round trip', async () => {
    const { page } = await connect()
    await page.getByLabel('Reported patch').fill('{ "firmwareVersion": "1.2.1" }')
    await page.getByRole('button', { name: 'Report', exact: true }).click()
    await seen(page.locator('#report-says'), 'Taken as v2 in')
    await seen(page.locator('#versions'), 'v1/v2')
    await seen(page.locator('#round-trip'), 'ms')
    await seen(page.locator('#timeline-rows [data-kind=report]'), '→ v2')
    expect(reportedAtHub()).toEqual({ firmwareVersion: '1.2.1' })
  })

  it('tells that the connection is lost and when it is back, and loses neither a change nor a report', async () => {
    const { page } = await connect()
    const undo = hub.faults.set({ type: 'refuse-connect', code: 3 })
    hub.faults.drop()
    await expect.poll(() => page.locator('#state').getAttribute('data-state'), soon).toBe('waiting')
    await seen(page.locator('#state-text'), 'not connected')
    await setDesired({ climate: { target: 23 } })
    await page.getByLabel('Reported patch').fill('{ "made": "offline" }')
    await page.getByRole('button', { name: 'Report', exact: true }).click()
    await seen(page.locator('#report-says'), 'Held until there is a connection')
    undo()
    await isReady(page)
    await seen(line(page, 'desired', 'climate.target'), '23')
    await seen(page.locator('#report-says'), 'Taken as v2')
    expect(await page.locator('#trouble').isHidden()).toBe(true)
    expect(reportedAtHub()).toEqual({ made: 'offline' })
  })

  it('disconnects and connects again, and shows what is known meanwhile', async () => {
    await setDesired({ climate: { target: 23 } })
    const { page } = await connect()
    await page.getByRole('button', { name: 'Disconnect' }).click()
    await seen(page.locator('#state-text'), 'disconnected by you')
    await expect.poll(() => hub.connections().length, soon).toBe(0)
    await setDesired({ climate: { target: 24 } })
    await seen(line(page, 'desired', 'climate.target'), '23')
    await page.getByRole('button', { name: 'Connect again' }).click()
    await isReady(page)
    await seen(line(page, 'desired', 'climate.target'), '23 24')
  })

  it('follows the newest row of the time-line, keeps some hundreds, and stays where somebody reads', async () => {
    const { page } = await connect()
    for (let target = 1; target <= 320; target++) await setDesired({ climate: { target } })
    const rows = page.locator('#timeline-rows > li')
    await seen(rows.last(), 'v321')
    expect(await rows.count()).toBe(300)
    await expect.poll(() => rows.last().evaluate(isInView), soon).toBe(true)
    await rows.nth(100).scrollIntoViewIfNeeded()
    await setDesired({ climate: { target: 0 } })
    await seen(rows.last(), 'v322')
    expect(await rows.last().evaluate(isInView)).toBe(false)
  })

  it('holds the time-line while it is paused', async () => {
    const { page } = await connect()
    await page.getByRole('button', { name: 'Pause' }).click()
    const before = await page.locator('#timeline-rows > li').count()
    await setDesired({ climate: { target: 23 } })
    await page.getByRole('button', { name: 'Paused, 1 new' }).click()
    await expect.poll(() => page.locator('#timeline-rows > li').count(), soon).toBe(before + 1)
    await page.getByRole('button', { name: 'Clear' }).click()
    expect(await page.locator('#timeline-rows > li').count()).toBe(0)
  })

  it('leaves the key in no storage, no address and no element, and asks nobody else for anything', async () => {
    const { page, requests } = await connect()
    const key = keyOf(connectionString)
    const kept = await page.evaluate(() => [
      JSON.stringify(Object.entries(localStorage)),
      JSON.stringify(Object.entries(sessionStorage)),
      document.cookie,
      location.href,
      JSON.stringify(history.state),
      document.title,
      document.documentElement.outerHTML,
      ...[...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value),
    ])
    for (const text of kept) expect(text).not.toContain(key)
    expect(requests.filter((address) => new URL(address).origin !== new URL(site.url).origin)).toEqual([])
  })

  it('works at 320 px by tabs, with no way to scroll sideways', async () => {
    await setDesired({
      modules: { wifi: { ssid: 'a_name_that_is_long_and_has_no_place_to_break_at_all', channel: 7 } },
    })
    const { page } = await open({ width: 320, height: 640 })
    await isNoWiderThanScreen(page)
    await connectIn(page)
    for (const name of [/Desired/, 'Device', 'Reported'] as const) {
      await page.getByRole('tab', { name }).click()
      await isNoWiderThanScreen(page)
    }
    await page.getByRole('button', { name: 'Report', exact: true }).waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Time-line' }).click()
    await page.getByRole('tab', { name: 'Reported' }).press('ArrowLeft')
    await page.getByRole('button', { name: 'Report', exact: true }).waitFor()
    await isNoWiderThanScreen(page)
  })

  it('goes through a whole visit by keyboard, with no complaint of the console or of the policy', async () => {
    const { page, complaints } = await open()
    await page.getByLabel('Connection string').fill(connectionString)
    await page.keyboard.press('Enter')
    await isReady(page)
    await setDesired({ climate: { target: 23 }, markup: '<img src=x onerror=alert(1)>' })
    await seen(line(page, 'desired', 'markup'), '<img src=x onerror=alert(1)>')
    await page.getByRole('button', { name: 'Apply desired' }).press('Enter')
    await seen(line(page, 'reported', 'climate.target'), '23=')
    await page.getByLabel('Reported patch').press('Control+Enter')
    await seen(page.locator('#report-says'), 'Taken as v3')
    await page.locator('#timeline-rows summary').last().press('Enter')
    await page.locator('#timeline-rows .row-payload').last().waitFor()
    await page.getByRole('button', { name: 'Disconnect' }).press('Enter')
    await page.getByRole('button', { name: 'Connect again' }).press('Enter')
    await isReady(page)
    await page.getByRole('button', { name: 'Forget' }).press('Enter')
    await page.getByRole('button', { name: 'Connect device1' }).waitFor()
    expect(complaints).toEqual([])
  })
})

async function open(size = wide): Promise<Visit> {
  const made = await visit(site, size)
  visits.push(made)
  return made
}

async function connect(): Promise<Visit> {
  const made = await open()
  await connectIn(made.page)
  return made
}

async function connectIn(page: Page): Promise<void> {
  await page.getByLabel('Connection string').fill(connectionString)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await isReady(page)
}

async function setDesired(desired: Parameters<Hub['updateTwin']>[1]): Promise<void> {
  await hub.updateTwin('device1', { properties: { desired } })
}

function reportedAtHub(): Record<string, unknown> {
  const { properties } = hub.twin('device1') as unknown as { properties: { reported: Record<string, unknown> } }
  const { $metadata, $version, ...reported } = properties.reported
  return reported
}
