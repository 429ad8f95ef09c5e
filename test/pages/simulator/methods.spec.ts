import type { Locator, Page } from '@playwright/test'
import { axeFindings } from '../support/axe.ts'
import { runService } from '../support/service-command.ts'
import { expect, test } from '../support/simulator-page.ts'

async function openMethods(page: Page): Promise<Locator> {
  const panel = page.locator('#methods')
  await panel.locator('summary').click()
  await panel.getByRole('button', { name: 'Save rule' }).waitFor()
  return panel
}

test(
  'the simulator answers a call of the back end by hand, and shows call and answer in the timeline',
  { tag: '@firefox' },
  async ({ page, hub, device, simulator }) => {
    await simulator.connectPassively(device)
    const printed = runService(hub, 'call-method', device.deviceId, 'open', '{"door":2}')
    await expect(page.locator('#methods')).toContainText('open waits for your answer')
    const panel = await openMethods(page)
    const call = panel.getByRole('list', { name: 'Calls' }).getByRole('listitem')
    await expect(call).toContainText('{ "door": 2 }')
    expect(await axeFindings(page)).toEqual([])
    const answer = panel.getByRole('form', { name: 'Answer to open' })
    await answer.getByLabel('Payload').fill('{ "open": ')
    await answer.getByRole('button', { name: 'Answer' }).click()
    await expect(answer.getByRole('status')).toContainText('The payload is not JSON')
    await answer.getByLabel('Status').fill('207')
    await answer.getByLabel('Payload').fill('{ "open": true }')
    await answer.getByRole('button', { name: 'Answer' }).click()
    await expect(call).toContainText(/answered 207 in \d/)
    const text = await printed
    expect(text).toContain('207')
    expect(text).toMatch(/"open":\s*true/)
    const row = page.locator('[data-name=method]')
    await expect(row).toContainText('{"door":2}')
    await expect(row.locator('.wire-answer')).toHaveText('207')
  },
)

test('the model answers reboot and reload before a person opens the panel', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  await simulator.connectAs(device)
  const reload = await hub.invokeMethod(device.deviceId, { methodName: 'reload' })
  expect(reload).toMatchObject({ status: 200, payload: { desired: 1, reported: expect.any(Number) } })
  await expect(page.locator('[data-name=get]')).toHaveCount(2)
  const before = await page.locator('[data-name=CONNECT]').count()
  expect(await hub.invokeMethod(device.deviceId, { methodName: 'reboot' })).toMatchObject({ status: 202 })
  await expect(page.locator('[data-name=CONNECT]')).toHaveCount(before + 1)
  await simulator.isReady()
  await expect(page.locator('#methods .panel-note')).toHaveText('2 calls')
})

test('a rule answers, delays, fails, or ignores a call, and a call that is too late says so', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  await page.clock.install()
  await simulator.connectPassively(device)
  const panel = await openMethods(page)
  const call = (methodName: string): ReturnType<typeof hub.invokeMethod> =>
    hub.invokeMethod(device.deviceId, { methodName, responseTimeoutInSeconds: 300 })
  const [method, outcome] = [panel.getByLabel('Method'), panel.getByLabel('Then')]
  const save = panel.getByRole('button', { name: 'Save rule' })
  await save.click()
  await expect(panel).toContainText('The method has no name.')
  await method.fill('slow')
  await panel.getByLabel('After').fill('10')
  await panel.getByLabel('Status').fill('299')
  await save.click()
  await expect(panel.getByRole('list', { name: 'Rules' })).toContainText('slow299 after 10 s')
  await method.fill('broken')
  await outcome.selectOption('fail')
  await panel.getByLabel('After').fill('0')
  await save.click()
  await method.fill('silent')
  await outcome.selectOption('ignore')
  await save.click()
  await expect(panel.getByRole('list', { name: 'Rules' }).getByRole('listitem')).toHaveCount(3)

  const calls = panel.getByRole('list', { name: 'Calls' })
  const slow = call('slow')
  await expect(calls).toContainText('waits for its rule')
  await page.clock.runFor(11_000)
  expect(await slow).toMatchObject({ status: 299 })
  expect(await call('broken')).toMatchObject({ status: 500 })
  await expect(calls).toContainText('answered 500: The rule makes this call fail')
  const silent = call('silent')
  await expect(calls.getByRole('listitem')).toHaveCount(3)
  await page.clock.runFor(31_000)
  expect(await silent).toMatchObject({ status: 504 })
  await expect(calls.getByRole('listitem').first()).toContainText('too late: Method has no response after 30000 ms')
  await panel.getByRole('button', { name: 'Remove the rule for slow' }).click()
  await expect(panel.getByRole('list', { name: 'Rules' }).getByRole('listitem')).toHaveCount(2)
})

test('in two tabs, the leader answers, and the other tab takes over when the leader closes', async ({
  page,
  context,
  hub,
  device,
  simulator,
}) => {
  await simulator.connectPassively(device)
  const opened = context.waitForEvent('page')
  await simulator.press('Second tab')
  const second = await opened
  await expect(second.locator('#methods')).toContainText('in the tab with the connection')
  await second.locator('#telemetry summary').click()
  await expect(second.locator('#telemetry')).toContainText('The tab with the connection sends telemetry.')
  await expect(second.getByRole('button', { name: 'Send once' })).toBeDisabled()
  expect(await hub.invokeMethod(device.deviceId, { methodName: 'reload' })).toMatchObject({ status: 200 })
  await page.close()
  await expect(second.getByRole('button', { name: 'Send once' })).toBeEnabled()
  await second.getByRole('button', { name: 'Send once' }).click()
  await expect(second.locator('#telemetry')).toContainText('1 sent, 1 acknowledged')
  expect(await hub.invokeMethod(device.deviceId, { methodName: 'reload' })).toMatchObject({ status: 200 })
})
