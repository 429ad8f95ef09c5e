import { simulatorPage } from './simulator-page.ts'
import { expect, test } from './world.ts'

test.describe('the buttons for faults', () => {
  test('take the page offline, hold what it reports, and bring it back', async ({ page, hub, device }) => {
    const simulator = simulatorPage(page)
    await simulator.connect(device.connectionString)
    await simulator.isReady()
    await simulator.press('Go offline')
    await expect(simulator.state).toHaveText('offline, as you wanted')
    await expect(page.getByRole('main')).toContainText('Offline: this page ends its connection and makes none.')
    await expect.poll(() => hub.connections().some(({ deviceId }) => deviceId === device.deviceId)).toBe(false)
    await page.getByLabel('Property').fill('made')
    await page.getByLabel('Value').fill('offline')
    await simulator.press('Set')
    await expect(page.getByText('Held until there is a connection…')).toBeVisible()
    await hub.updateTwin(device.deviceId, { properties: { desired: { meanwhile: true } } })
    await simulator.press('Go online')
    await simulator.isReady()
    await expect(page.getByText(/^Taken as v2/)).toBeVisible()
    await expect(simulator.desired).toContainText('meanwhile')
  })

  test('drop the connection and expire its token, and the time-line tells what came of it', async ({
    page,
    hub,
    device,
  }) => {
    const connects: number[] = []
    hub.events.listen((event) => {
      if (event.type === 'connected' && event.deviceId === device.deviceId) connects.push(event.at)
    })
    const simulator = simulatorPage(page)
    await simulator.connect(device.connectionString)
    await simulator.isReady()
    await simulator.press('Drop')
    await expect(simulator.wire).toContainText('Dropped: this page ends its connection')
    await expect.poll(() => connects.length).toBe(2)
    await simulator.isReady()
    await simulator.press('Expire token')
    await expect(simulator.wire).toContainText('CONNACK 5')
    await expect(simulator.wire).toContainText('refused by the hub')
    await expect.poll(() => connects.length).toBe(3)
    await simulator.isReady()
    await simulator.report('after', 'all')
  })

  test('open a second tab, which is the same device through the first one', async ({ page, context, hub, device }) => {
    const simulator = simulatorPage(page)
    await simulator.connect(device.connectionString)
    await simulator.isReady()
    const coming = context.waitForEvent('page')
    await simulator.press('Second tab')
    const second = simulatorPage(await coming)
    await expect(second.role).toHaveText('tab follows')
    await expect(simulator.role).toHaveText('tab leads')
    await expect(second.page.getByRole('button', { name: 'Drop' })).toBeDisabled()
    expect(second.page.url()).not.toMatch(/Shared|sig|key/i)
    await second.report('by', 'second')
    await expect(simulator.reported).toContainText('second')
    expect(hub.connections().filter(({ deviceId }) => deviceId === device.deviceId)).toHaveLength(1)
  })
})
