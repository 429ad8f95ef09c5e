import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hub, startHub } from 'hubtwin-emulator'
import { expect, kioskPage, test, watchTwin } from '../support/kiosk-page.ts'
import { startTokenService, type TokenService } from '../support/token-service.ts'
import { siteFolder } from '../support/world.ts'

let folder: string
let pages: string
let hub: Hub
let service: TokenService

// These tests stop and change the hub, the service, and the pages, so each test has its own.
test.beforeEach(async ({ complaints }) => {
  folder = await mkdtemp(join(tmpdir(), 'hubtwin-kiosk-'))
  pages = join(folder, 'pages')
  await cp(siteFolder(), pages, { recursive: true })
  hub = await startHub({ devices: ['kiosk-7'], dataFolder: join(folder, 'hub') })
  service = await startTokenService(hub, pages)
  for (const url of [hub.endpoints.http, service.url]) complaints.allow(url)
})
test.afterEach(async () => {
  await service.close()
  await hub.close()
  await rm(folder, { recursive: true, force: true })
})

test(
  'the kiosk starts without a network with its last message and age, and syncs when the network is back',
  { tag: '@firefox' },
  async ({ page, complaints }) => {
    complaints.expect(/ERR_CONNECTION_REFUSED|WebSocket|can’t establish|interrupted|NetworkError/)
    const kiosk = kioskPage(page)
    await page.goto(`${service.url}/kiosk`)
    await kiosk.enroll(await service.makeCode('kiosk-7'))
    await kiosk.isReady()
    await watchTwin(hub, 'kiosk-7').desire({ message: 'Shown last', theme: 'dark' })
    await expect(kiosk.message).toHaveText('Shown last')
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)

    const { plainPort, securePort, mqttPort } = hub
    await service.stop()
    await hub.close()
    await page.reload()
    await expect(kiosk.message).toHaveText('Shown last')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await expect(kiosk.age).toHaveText(/^as of .*\d:\d\d/)
    await expect(kiosk.state).toHaveText(/^The token service at localhost:\d+ could not be reached$/)
    await expect(kiosk.dialog).toBeHidden()

    hub = await startHub({ plainPort, securePort, mqttPort, dataFolder: join(folder, 'hub') })
    const twin = watchTwin(hub, 'kiosk-7')
    const version = await twin.desire({ message: 'Desired while offline' })
    await service.start()
    // Browsers fire this event when the network is back.
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await expect(kiosk.message).toHaveText('Desired while offline')
    await expect(kiosk.age).toHaveText('')
    await kiosk.isReady()
    await expect.poll(() => twin.answers).toEqual([{ version, refused: [] }])
  },
)

test(
  'the kiosk loads a new version of its page automatically, and stays the same device',
  { tag: '@firefox' },
  async ({ page, complaints }) => {
    // A page that reloads while it connects logs a warning.
    complaints.expect(/WebSocket|ERR_CONNECTION_REFUSED|can’t establish|interrupted|NetworkError/)
    const kiosk = kioskPage(page)
    await page.goto(`${service.url}/kiosk`)
    await kiosk.enroll(await service.makeCode('kiosk-7'))
    await kiosk.isReady()
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)

    const change = async (file: string, from: string | RegExp, to: string): Promise<void> => {
      const path = join(pages, file)
      await writeFile(path, (await readFile(path, 'utf8')).replace(from, to))
      // A build compresses each file again; without a copy, the service sends the file itself.
      for (const copy of ['.br', '.gz']) await rm(path + copy, { force: true })
    }
    await change('kiosk.html', '<title>hubtwin kiosk', '<title>The next hubtwin kiosk')
    await change('kiosk-worker.js', /(?<="kiosk.html","revision":")\w+/, 'the-next')
    // The service reads its pages at the start.
    await service.stop()
    await service.start()
    // Browsers do this once a day.
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()))
    await expect(page).toHaveTitle('The next hubtwin kiosk')
    await kiosk.isReady()
  },
)

test('a new code moves the kiosk to a hub that the policy of its stored page does not allow', async ({
  page,
  complaints,
}) => {
  complaints.expect(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|WebSocket|can’t establish|interrupted|NetworkError|401/)
  const kiosk = kioskPage(page)
  await page.goto(`${service.url}/kiosk`)
  await kiosk.enroll(await service.makeCode('kiosk-7'))
  await kiosk.isReady()
  await watchTwin(hub, 'kiosk-7').desire({ message: 'Of the first hub' })
  await expect(kiosk.message).toHaveText('Of the first hub')
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)

  const other = await startHub({ devices: ['kiosk-8'] })
  complaints.allow(other.endpoints.http)
  try {
    await service.stop()
    await service.start(other)
    await kiosk.mark.click()
    await kiosk.enroll(await service.makeCode('kiosk-8'))
    await expect(kiosk.message).toHaveText('Welcome')
    await kiosk.isReady()
    expect(other.connections().map(({ deviceId }) => deviceId)).toEqual(['kiosk-8'])
    await expect.poll(() => hub.connections()).toEqual([])
  } finally {
    await other.close()
  }
})
