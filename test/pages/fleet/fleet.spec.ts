import { startHub } from 'hubtwin-emulator'
import { expect, test } from '../support/fleet-page.ts'
import { serveSite } from '../support/site.ts'
import { siteFolder } from '../support/world.ts'

const COUNT = 20

test('the fleet page creates twenty devices, connects them, counts them, and stops them', async ({
  page,
  hub,
  fleet,
}) => {
  await page.goto('/')
  await page.getByRole('navigation').getByRole('link', { name: 'Fleet' }).click()
  await fleet.startLocal(COUNT)
  await expect(fleet.total('connected')).toHaveText(`${COUNT} of ${COUNT}`)
  expect(fleet.connected()).toEqual(Array.from({ length: COUNT }, (_, index) => `fleet-${index + 1}`).sort())
  await expect(page.locator('#rows tr')).toHaveCount(COUNT)
  await expect(page.getByRole('row').filter({ hasText: 'ready' })).toHaveCount(COUNT)
  await expect
    .poll(() => fleet.reportedOf('fleet-20'))
    .toMatchObject({
      climate: { temperature: expect.any(Number), target: { value: 20, ac: 203 }, fanOn: { value: false, ac: 203 } },
      firmware: { version: { value: '1.2.1', ac: 203 }, status: 'idle' },
    })
  expect(hub.twin('fleet-20')).toMatchObject({ tags: { site: 'lab' } })
  await expect(fleet.total('firmware idle')).toHaveText(String(COUNT))
  await expect.poll(async () => Number(await fleet.total('reports per second').textContent())).toBeGreaterThan(0)

  await page.getByRole('button', { name: 'Stop' }).click()
  await expect.poll(fleet.connected).toEqual([])
  await expect(page.getByRole('button', { name: 'Start fleet' }).first()).toBeVisible()
  await expect(page.locator('#rows tr')).toHaveCount(0)
  await page.getByRole('link', { name: 'Device' }).click()
  await expect(page.getByRole('button', { name: 'Connect device1' })).toBeVisible()
})

test('the fleet page restarts with existing devices and a different count', async ({ page, fleet }) => {
  await fleet.open()
  await fleet.startLocal(3)
  await expect(fleet.total('connected')).toHaveText('3 of 3')
  await page.getByRole('button', { name: 'Stop' }).click()
  await fleet.startLocal(5)
  await expect(fleet.total('connected')).toHaveText('5 of 5')
})

test('the fleet page follows the desired properties of each device, and counts the results', async ({
  page,
  fleet,
}) => {
  await fleet.open()
  await fleet.startLocal(4)
  await expect(fleet.total('connected')).toHaveText('4 of 4')
  await fleet.desire('fleet-2', { climate: { target: 23 }, firmware: { version: '1.2.1' } })
  await fleet.desire('fleet-3', { climate: { target: 'warm' }, firmware: { version: 7 } })
  await expect(fleet.cell('fleet-2', 'target')).toContainText('23.0')
  await expect(fleet.cell('fleet-2', 'update')).toContainText('done')
  await expect(fleet.cell('fleet-3', 'target')).toContainText('20.0')
  await expect(fleet.total('firmware done')).toHaveText('1')
  await expect(fleet.total('firmware failed')).toHaveText('1')
  await expect
    .poll(() => fleet.reportedOf('fleet-3'))
    .toMatchObject({
      climate: {
        target: { value: 20, ac: 400, ad: 'climate.target is "warm"; expected a number from 5 to 35' },
      },
      firmware: { status: 'failed' },
    })
  await page.getByLabel('Show').selectOption('failed')
  await expect(page.locator('#rows tr:visible th')).toHaveText(['fleet-3'])
})

test('the fleet page opens a device by keyboard, and can make its next update fail', async ({ page, fleet }) => {
  await page.clock.install()
  await fleet.open()
  await fleet.startLocal(2)
  await expect(fleet.total('connected')).toHaveText('2 of 2')
  await page.getByRole('button', { name: 'fleet-1', exact: true }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'fleet-1' })
  await dialog.locator('canvas').waitFor()
  await dialog.getByLabel('let the next update fail').check()
  await fleet.desire('fleet-1', { firmware: { version: '1.3.0', rollout: 'r1' }, climate: { target: 23 } })
  await expect(dialog.getByText('→ 23.0 °C')).toBeVisible()
  await expect(dialog.getByRole('status')).toContainText('Downloading 1.3.0')
  await expect(dialog.getByLabel('Desired')).toContainText('"rollout": "r1"')
  await page.clock.fastForward('00:30')
  await expect
    .poll(() => fleet.reportedOf('fleet-1'))
    .toMatchObject({
      firmware: { version: { value: '1.2.1', ac: 500 }, status: 'failed', pending: '1.3.0', rollout: 'r1' },
    })
  await expect(dialog.getByRole('status')).toContainText('Failed: Version 1.3.0 did not start; 1.2.1 runs again.')
  await dialog.getByRole('button', { name: 'Retry' }).click()
  await page.clock.fastForward('00:05')
  await expect.poll(() => fleet.reportedOf('fleet-1')).toMatchObject({ firmware: { status: 'downloading' } })
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

test('the fleet page reconnects when a connection drops', async ({ page, hub, fleet }) => {
  await fleet.open()
  await fleet.startLocal(3)
  await expect(fleet.total('connected')).toHaveText('3 of 3')
  const connectedAt = (): number | undefined =>
    hub.connections().find(({ deviceId }) => deviceId === 'fleet-2')?.connectedAt
  const before = connectedAt()
  hub.faults.inject({ fault: 'kick', device: 'fleet-2' })
  await expect.poll(() => connectedAt() ?? before).not.toBe(before)
  await expect(fleet.total('connected')).toHaveText('3 of 3')
  await expect(page.getByRole('alert')).toBeHidden()
})

test('the fleet page names the missing part of a connection string, and shows no key', async ({ page, fleet }) => {
  await fleet.open()
  for (const [text, problem] of [
    ['HostName=localhost', 'Connection string has no SharedAccessKeyName'],
    ['HostName=localhost;SharedAccessKeyName=device', 'Connection string has no SharedAccessKey'],
    ['HostName=localhost;SharedAccessKey=bWFkZS11cA==', 'Connection string has no SharedAccessKeyName'],
    [
      'HostName=localhost;DeviceId=device1;SharedAccessKey=bWFkZS11cA==',
      'This connection string belongs to a device; a fleet needs the connection string of a shared access policy',
    ],
    ['bWFkZS11cA==', 'Connection string'],
  ] as const) {
    await page.getByLabel('Connection string of the policy').fill('')
    await expect(page.locator('#policy-problem')).toHaveText('')
    await page.getByLabel('Connection string of the policy').fill(text)
    await expect(page.locator('#policy-problem')).toContainText(problem)
    expect(await page.locator('body').innerText()).not.toContain('bWFkZS11cA==')
  }
})

test('the fleet page accepts only a whole number of devices from 1 to 200', async ({ page, fleet }) => {
  await fleet.open()
  for (const count of ['', '0', '201', '1.5', '-3']) {
    await fleet.startLocal(count)
    await expect(page.locator('#count-problem')).toContainText('Enter a whole number from 1 to 200')
    await expect(page.getByLabel('Number of devices')).toBeFocused()
  }
})

test('the fleet page connects to another hub, explains a failed device, and never leaks the key', async ({
  page,
  fleet,
  complaints,
}) => {
  const other = await startHub({ devices: ['fleet-1'] })
  complaints.allow(other.endpoints.http)
  try {
    const policy = other.connectionStrings.service({ plain: true, policyName: 'device' })
    const key = /SharedAccessKey=([^;]+)/.exec(policy)?.[1] ?? ''
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    await fleet.open()
    await page.getByLabel('Number of devices').fill('2')
    await page.getByLabel('Connection string of the policy').fill(policy)
    await page.locator('#own-form').getByRole('button').click()
    await expect(fleet.total('connected')).toHaveText('1 of 2, 1 failed')
    await expect(page.getByRole('alert')).toContainText('fleet-2: ')
    await expect(page.getByRole('alert')).toContainText('Does the device exist')
    await expect(fleet.cell('fleet-2', 'state')).toContainText('not connected: ERR_')
    await page.getByRole('button', { name: 'Roll out…' }).click()
    await expect(page.getByRole('button', { name: 'Roll out', exact: true })).toBeDisabled()
    await expect(page.locator('#roll-out-problem')).toContainText('Run the command instead')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(fleet.cell('fleet-1', 'state')).toContainText('ready')
    await other.createDevice('fleet-2')
    await expect(fleet.total('connected')).toHaveText('2 of 2')
    await expect(page.getByRole('alert')).toHaveCount(0)
    expect(await page.content()).not.toContain(key)
    expect(requests.some((url) => url.includes(encodeURIComponent(key)))).toBe(false)
    await expect(page.getByLabel('Connection string of the policy')).toHaveValue('')
    await page.getByRole('button', { name: 'Stop' }).click()
    await expect.poll(() => other.connections()).toEqual([])
  } finally {
    await other.close()
  }
})

test('the fleet page says how to start the local hub when none runs', async ({ page, fleet, complaints }) => {
  complaints.expect(/500|502|504/)
  const gone = await startHub()
  const site = await serveSite(siteFolder(), gone.plainPort)
  await gone.close()
  complaints.allow(site.url)
  try {
    await page.goto(`${site.url}fleet`)
    await fleet.startLocal(2)
    await expect(page.getByRole('alert')).toContainText(
      'No local hub is running. Start it in another terminal with “npm run emulator”',
    )
  } finally {
    await site.close()
  }
})
