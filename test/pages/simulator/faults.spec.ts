import { expect, simulatorPage, test } from '../support/simulator-page.ts'

test('the simulator survives a lost connection without losing a change or a report', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  const undo = hub.faults.set({ fault: 'refuse', code: 3, device: device.deviceId })
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  await expect(page.locator('#state')).toHaveAttribute('data-state', 'waiting')
  await expect(page.locator('#state-text')).toContainText('not connected')
  await expect(page.locator('#next-attempt')).toContainText('next attempt')
  await device.desire({ climate: { target: 23 } })
  await page.getByLabel('Property').fill('made')
  await page.getByLabel('Value').fill('offline')
  await simulator.press('Set')
  await expect(page.locator('#quick-result')).toContainText('Waiting for a connection')
  undo()
  await simulator.isReady()
  await expect(simulator.line('desired', 'climate.target')).toContainText('23')
  await expect(page.locator('#quick-result')).toContainText('Accepted as v2')
  await expect(page.locator('#trouble')).toBeHidden()
  expect(device.reported()).toEqual({ made: 'offline' })
})

test('the simulator disconnects and reconnects after a click, and shows the last known state in between', async ({
  page,
  device,
  simulator,
}) => {
  await device.desire({ climate: { target: 23 } })
  await simulator.connectPassively(device)
  await simulator.press('Disconnect')
  await expect(page.locator('#state-text')).toContainText('disconnected, as requested')
  await expect.poll(() => device.connections()).toEqual([])
  await device.desire({ climate: { target: 24 } })
  await expect(simulator.line('desired', 'climate.target')).toContainText('23')
  await simulator.press('Reconnect')
  await simulator.isReady()
  await expect(simulator.line('desired', 'climate.target')).toContainText('23 24')
})

test('"Go offline" keeps the page disconnected and holds its reports, until "Go online"', async ({
  page,
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  await simulator.press('Go offline')
  await expect(page.locator('#state-text')).toHaveText('offline, as requested')
  await expect(page.locator('#notice')).toContainText('Offline: this page closed its connection and opens no new one.')
  await expect.poll(() => device.connections()).toEqual([])
  // Without the fault, the page would connect now.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await page.getByLabel('Property').fill('made')
  await page.getByLabel('Value').fill('offline')
  await simulator.press('Set')
  await expect(page.locator('#quick-result')).toContainText('Waiting for a connection')
  expect(device.connections()).toEqual([])
  await device.desire({ meanwhile: true })
  await simulator.press('Go online')
  await simulator.isReady()
  await expect(page.locator('#quick-result')).toContainText('Accepted as v2')
  await expect(simulator.desired).toContainText('meanwhile')
})

test('"Drop" and "Expire token" end the connection, and the wire log shows the reconnect', async ({
  page,
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  const connectedAt = (): number | undefined => device.connections()[0]?.connectedAt
  const first = connectedAt()
  await simulator.press('Drop')
  await expect(page.locator('[data-name=fault]')).toContainText('Dropped: this page closed its connection')
  await expect.poll(() => connectedAt() ?? first).not.toBe(first)
  await simulator.isReady()
  await simulator.press('Expire token')
  const attempt = page.locator('[data-name=attempt]')
  await expect(attempt).toContainText('1 failed: Hub refused the connection (CONNACK 5)')
  await attempt.locator('summary').click()
  await expect(attempt).toContainText('token refused by the hub')
  await simulator.isReady()
  await expect(page.locator('#wire-rows > li').last()).toContainText('ready')
  await simulator.report('after', 'all')
})

test('"Second tab" opens the same device, and takes over when the first tab closes', async ({
  page,
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  await expect(simulator.role).toHaveText('leader')
  const coming = page.context().waitForEvent('page')
  await simulator.press('Second tab')
  const second = simulatorPage(await coming)
  await second.isReady()
  await expect(second.role).toHaveText('follower')
  await expect(second.page.locator('#wire-empty')).toContainText('Another tab holds the connection')
  await expect(second.page.getByRole('button', { name: 'Drop' })).toBeDisabled()
  expect(new URL(second.page.url()).search).toBe('?run=off&apply=off')
  await device.desire({ climate: { target: 23 } })
  await expect(second.line('desired', 'climate.target')).toContainText('23')
  await second.press('Apply desired')
  await expect.poll(device.reported).toEqual({ climate: { target: 23 } })
  await expect(simulator.line('reported', 'climate.target')).toContainText('23')
  expect(device.connections().length).toBe(1)
  await page.close()
  await expect(second.role).toHaveText('leader')
  await second.isReady()
  await device.desire({ climate: { target: 24 } })
  await expect(second.line('desired', 'climate.target')).toContainText('23 24')
})
