import type { Locator, Page } from '@playwright/test'
import type { Hub } from 'hubtwin-emulator'
import { axeFindings } from '../support/axe.ts'
import type { Device } from '../support/device.ts'
import { expect, test } from '../support/simulator-page.ts'

/** The bodies of the device's messages at the hub, in order. */
function recordTelemetry(hub: Hub, { deviceId }: Device): { readonly bodies: readonly string[]; stop(): void } {
  const bodies: string[] = []
  const stop = hub.events.listen((event) => {
    if (event.type === 'telemetry' && event.deviceId === deviceId) bodies.push(new TextDecoder().decode(event.body))
  })
  return { bodies, stop }
}

async function openTelemetry(page: Page): Promise<Locator> {
  const panel = page.locator('#telemetry')
  await panel.locator('summary').click()
  await panel.getByRole('button', { name: 'Send once' }).waitFor()
  return panel
}

test(
  'the simulator announces its model, sends what the thermostat measures, and shows PUBACK in the timeline',
  { tag: '@firefox' },
  async ({ page, hub, device, simulator }) => {
    const record = recordTelemetry(hub, device)
    await simulator.connectAs(device)
    expect(hub.twin(device.deviceId)).toMatchObject({ modelId: 'dtmi:hubtwin:demo:Thermostat;1' })
    const panel = await openTelemetry(page)
    await panel.getByRole('button', { name: 'Send once' }).click()
    await expect(panel).toContainText('1 sent, 1 acknowledged, 0 without PUBACK')
    expect(record.bodies.map((body) => JSON.parse(body))).toEqual([{ temperature: expect.any(Number), target: 20 }])
    await expect(panel.locator('svg')).toBeVisible()
    await expect(panel).toContainText(/temperature \d/)
    const row = page.locator('[data-name=telemetry]')
    await expect(row).toContainText('PUBACK')
    await expect(row).toContainText('messages/events/')
    await page.getByLabel('Show').selectOption('telemetry')
    await expect(page.locator('#wire-rows > li')).toHaveCount(1)
    record.stop()
  },
)

test('the telemetry panel sends a template at an interval, stops, and names a problem with its position', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  const record = recordTelemetry(hub, device)
  await simulator.connectPassively(device)
  const panel = await openTelemetry(page)
  await panel.getByLabel('From').selectOption('template')
  const problem = panel.locator('#telemetry-problem')
  const template = panel.getByRole('textbox', { name: 'Template' })
  await template.fill('{ "a": 1,\n  "b": {{humidity}} }')
  await panel.getByRole('button', { name: 'Start' }).click()
  await expect(problem).toContainText('Line 2, column 10: “humidity” is no placeholder')
  await expect(panel.getByRole('button', { name: 'Start' })).toBeVisible()
  expect(await axeFindings(page)).toEqual([])
  await panel.getByLabel('Every').fill('0')
  await panel.getByRole('button', { name: 'Start' }).click()
  await expect(problem).toContainText('expected 0.1 to 3600 seconds')

  await template.fill('{ "n": {{counter}}, "r": {{random 1 1}}, "t": {{temperature}} }')
  await panel.getByLabel('Every').fill('0.1')
  await panel.getByRole('button', { name: 'Start' }).click()
  await expect(problem).toBeEmpty()
  await expect.poll(() => record.bodies.length).toBeGreaterThan(2)
  await panel.getByRole('button', { name: 'Stop' }).click()
  await expect(panel.getByRole('button', { name: 'Start' })).toBeVisible()
  const first = [1, 2, 3].map((n) => ({ n, r: 1, t: null }))
  expect(record.bodies.slice(0, 3).map((body) => JSON.parse(body))).toEqual(first)
  record.stop()
})

test('telemetry waits while the page is offline, and leaves in order when it is online again', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  const record = recordTelemetry(hub, device)
  await simulator.connectPassively(device)
  const panel = await openTelemetry(page)
  await panel.getByLabel('From').selectOption('template')
  await panel.getByRole('textbox', { name: 'Template' }).fill('message {{counter}}')
  await simulator.press('Go offline')
  const once = panel.getByRole('button', { name: 'Send once' })
  for (let message = 1; message <= 3; message++) await once.click()
  await expect(panel).toContainText('3 sent, 0 acknowledged, 3 without PUBACK')
  await simulator.press('Go online')
  await expect(panel).toContainText('3 sent, 3 acknowledged, 0 without PUBACK')
  expect(record.bodies).toEqual(['message 1', 'message 2', 'message 3'])
  record.stop()
})
