import { axeFindings } from '../support/axe.ts'
import { expect, test } from '../support/kiosk-page.ts'
import { runService } from '../support/service-command.ts'

test(
  '"identify" shows the name of the kiosk for ten seconds and announces it',
  { tag: '@firefox' },
  async ({ page, hub, device, kiosk }) => {
    await page.clock.install()
    const printed = await runService(hub, 'call-method', device.deviceId, 'identify')
    expect(printed).toContain('200')
    expect(printed).toMatch(/"visibleForInMs":\s*10000/)
    const sign = page.getByRole('alert').filter({ hasText: device.deviceId })
    await expect(sign).toBeVisible()
    expect(await sign.evaluate((element) => [element.clientWidth, element.clientHeight])).toEqual(
      await page.evaluate(() => [innerWidth, innerHeight]),
    )
    await page.clock.runFor(4000)
    await expect(sign).toBeVisible()
    expect(await axeFindings(page)).toEqual([])
    await page.clock.runFor(7000)
    await expect(sign).toBeHidden()
    await kiosk.isReady()
  },
)

test('"reload" answers, loads the page again, and the kiosk is ready', async ({ page, hub, device, kiosk, twin }) => {
  const before = twin.connects
  const loaded = page.waitForEvent('load')
  expect(await hub.invokeMethod(device.deviceId, { methodName: 'reload' })).toMatchObject({ status: 202 })
  await loaded
  await kiosk.isReady()
  expect(twin.connects).toBe(before + 1)
  expect(await hub.invokeMethod(device.deviceId, { methodName: 'dance' })).toMatchObject({ status: 404 })
})

test('the kiosk sends a heartbeat at the interval of desired, and names an impossible interval', async ({
  page,
  hub,
  device,
  kiosk,
  twin,
}) => {
  const beats: unknown[] = []
  const stop = hub.events.listen((event) => {
    if (event.type !== 'telemetry' || event.deviceId !== device.deviceId) return
    beats.push({ ...JSON.parse(new TextDecoder().decode(event.body)), kind: event.properties['kind'] })
  })
  await twin.desire({ heartbeatInSeconds: 1 })
  await expect.poll(() => beats.length).toBeGreaterThan(1)
  expect(beats.at(-1)).toEqual({ version: 2, upInSeconds: expect.any(Number), isVisible: true, kind: 'heartbeat' })
  const version = await twin.desire({ heartbeatInSeconds: -1 })
  await expect.poll(() => twin.answers.at(-1)).toEqual({ version, refused: ['heartbeatInSeconds'] })
  await twin.desire({ heartbeatInSeconds: 0 })
  await page.reload()
  await kiosk.isReady()
  const count = beats.length
  await twin.desire({ message: 'No heartbeat' })
  await expect(kiosk.message).toHaveText('No heartbeat')
  expect(beats.length).toBe(count)
  stop()
})
