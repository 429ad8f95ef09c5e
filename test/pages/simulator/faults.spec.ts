import { expect, simulatorPage, test } from '../support/simulator-page.ts'

test('the simulator shows a lost connection and the next one, and loses neither a change nor a report', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  await simulator.connectAs(device)
  const undo = hub.faults.set({ fault: 'refuse', code: 3, device: device.deviceId })
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  await expect(page.locator('#state')).toHaveAttribute('data-state', 'waiting')
  await expect(page.locator('#state-text')).toContainText('not connected')
  await expect(page.locator('#next-try')).toContainText('next try')
  await device.desire({ climate: { target: 23 } })
  await page.getByLabel('Property').fill('made')
  await page.getByLabel('Value').fill('offline')
  await simulator.press('Set')
  await expect(page.locator('#quick-says')).toContainText('Held until there is a connection')
  undo()
  await simulator.isReady()
  await expect(simulator.line('desired', 'climate.target')).toContainText('23')
  await expect(page.locator('#quick-says')).toContainText('Taken as v2')
  await expect(page.locator('#trouble')).toBeHidden()
  expect(device.reported()).toEqual({ made: 'offline' })
})

test('the simulator disconnects and connects at a press, and shows the last known state in between', async ({
  page,
  device,
  simulator,
}) => {
  await device.desire({ climate: { target: 23 } })
  await simulator.connectAs(device)
  await simulator.press('Disconnect')
  await expect(page.locator('#state-text')).toContainText('disconnected by you')
  await expect.poll(() => device.connections()).toEqual([])
  await device.desire({ climate: { target: 24 } })
  await expect(simulator.line('desired', 'climate.target')).toContainText('23')
  await simulator.press('Connect again')
  await simulator.isReady()
  await expect(simulator.line('desired', 'climate.target')).toContainText('23 24')
})

test('"Go offline" keeps the page disconnected and holds its reports, until "Go online"', async ({
  page,
  device,
  simulator,
}) => {
  await simulator.connectAs(device)
  await simulator.press('Go offline')
  await expect(page.locator('#state-text')).toHaveText('offline, as you wanted')
  await expect(page.locator('#notice')).toContainText('Offline: this page ends its connection and makes none.')
  await expect.poll(() => device.connections()).toEqual([])
  // A visible page would connect at once, if it were not offline by choice.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await page.getByLabel('Property').fill('made')
  await page.getByLabel('Value').fill('offline')
  await simulator.press('Set')
  await expect(page.locator('#quick-says')).toContainText('Held until there is a connection')
  expect(device.connections()).toEqual([])
  await device.desire({ meanwhile: true })
  await simulator.press('Go online')
  await simulator.isReady()
  await expect(page.locator('#quick-says')).toContainText('Taken as v2')
  await expect(simulator.desired).toContainText('meanwhile')
})

test('"Drop" and "Expire token" end the connection, and the wire log shows how the next one is made', async ({
  page,
  device,
  simulator,
}) => {
  await simulator.connectAs(device)
  const connectedAt = (): number | undefined => device.connections()[0]?.connectedAt
  const first = connectedAt()
  await simulator.press('Drop')
  await expect(page.locator('[data-name=fault]')).toContainText('Dropped: this page ends its connection')
  await expect.poll(() => connectedAt() ?? first).not.toBe(first)
  await simulator.isReady()
  await simulator.press('Expire token')
  await expect(simulator.wire).toContainText('CONNACK 5')
  await expect(simulator.wire).toContainText('refused by the hub')
  await simulator.isReady()
  await expect(page.locator('#wire-rows > li').last()).toContainText('ready')
  await simulator.report('after', 'all')
})

test('"Second tab" opens the same device by the memory of the first tab, and takes over when the first closes', async ({
  page,
  device,
  simulator,
}) => {
  await simulator.connectAs(device)
  await expect(simulator.role).toHaveText('tab leads')
  const coming = page.context().waitForEvent('page')
  await simulator.press('Second tab')
  const second = simulatorPage(await coming)
  await second.isReady()
  await expect(second.role).toHaveText('tab follows')
  await expect(second.page.locator('#wire-empty')).toContainText('Another tab holds the connection')
  await expect(second.page.getByRole('button', { name: 'Drop' })).toBeDisabled()
  expect(new URL(second.page.url()).search).toBe('')
  await device.desire({ climate: { target: 23 } })
  await expect(second.line('desired', 'climate.target')).toContainText('23')
  await second.press('Apply desired')
  await expect.poll(device.reported).toEqual({ climate: { target: 23 } })
  await expect(simulator.line('reported', 'climate.target')).toContainText('23')
  expect(device.connections().length).toBe(1)
  await page.close()
  await expect(second.role).toHaveText('tab leads')
  await second.isReady()
  await device.desire({ climate: { target: 24 } })
  await expect(second.line('desired', 'climate.target')).toContainText('23 24')
})
