import { axeFindings } from '../support/axe.ts'
import { runService } from '../support/service-command.ts'
import { expect, test } from '../support/simulator-page.ts'

test(
  'the simulator receives messages from the back end, and sends PUBACK when a person accepts them',
  { tag: '@firefox' },
  async ({ page, hub, device, simulator }) => {
    const states: string[] = []
    const stop = hub.events.listen((event) => {
      if (event.type === 'cloud-message' && event.deviceId === device.deviceId) states.push(event.state)
    })
    await simulator.connectPassively(device)
    const args = ['send-message', device.deviceId, 'Fresh bread', '--message-id', 'bread-1', '-p', 'room=1']
    await runService(hub, ...args)
    expect(states).toEqual(['queued'])

    const panel = page.locator('#messages')
    await panel.locator('summary').click()
    const rows = panel.getByRole('list', { name: 'Messages' }).getByRole('listitem')
    await expect(rows).toHaveText([/bread-1.*accepted, PUBACK sent.*Fresh bread.*room=1/])
    await expect.poll(() => states).toEqual(['queued', 'delivered', 'completed'])
    await expect(page.locator('[data-name=message]')).toContainText('PUBACK')
    await simulator.isReady()

    await panel.getByLabel('Accept').selectOption('hand')
    await hub.sendToDevice(device.deviceId, { body: 'Second' })
    await expect(rows.first()).toContainText('waits for you')
    await expect(panel).toContainText('a message waits for you')
    expect(await axeFindings(page)).toEqual([])
    expect(states.slice(3)).toEqual(['queued', 'delivered'])
    await rows.first().getByRole('button', { name: 'Fail' }).click()
    await expect(rows.first()).toContainText('redelivered')
    await expect(rows.nth(1)).toContainText('failed, delivered again after a back-off')
    await rows.first().getByRole('button', { name: 'Accept' }).click()
    await expect.poll(() => states.slice(3)).toEqual(['queued', 'delivered', 'completed'])
    stop()
  },
)
