import { expect, test } from '../support/fleet-page.ts'

test('the fleet page rolls out a version, lets a device fail, shows the shares, and offers the command', async ({
  page,
  hub,
  fleet,
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.clock.install()
  await fleet.open()
  await fleet.startLocal(10)
  await page.clock.runFor(2000)
  await expect(fleet.total('connected')).toHaveText('10 of 10')
  const states = page.getByRole('img')
  await expect(states).toHaveAccessibleName('10 idle')
  await page.getByRole('button', { name: 'Let 5 % fail' }).click()
  await expect(page.locator('#fleet-notice')).toHaveText('The next update fails on 1 device.')

  await page.getByRole('button', { name: 'Roll out…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Roll out firmware' })
  await dialog.getByLabel('Version').fill('1.4.0; rm')
  await expect(dialog.locator('code')).toContainText('rollout firmware VERSION --where')
  await dialog.getByRole('button', { name: 'Roll out' }).click()
  await expect(dialog.getByRole('alert')).toHaveText('Enter a version such as 1.3.0.')
  await dialog.getByLabel('Version').fill('1.4.0')
  await dialog.getByRole('button', { name: 'Copy the command' }).click()
  const command = `npm run service -- rollout firmware 1.4.0 --where "tags.site = 'lab'"`
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(command)
  await dialog.getByRole('button', { name: 'Roll out' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.locator('#fleet-notice')).toHaveText('10 devices shall run firmware 1.4.0.')
  expect(hub.twin('fleet-10')).toMatchObject({
    properties: { desired: { firmware: { version: '1.4.0', rollout: expect.any(String) } } },
  })
  await expect.poll(() => fleet.reportedOf('fleet-10')).toMatchObject({ firmware: { status: 'downloading' } })
  await page.clock.runFor(2000)
  await expect(states).toHaveAccessibleName('10 downloading')
  await expect(fleet.cell('fleet-10', 'update')).toHaveText(/^\d+ %$/)
  await page.clock.fastForward('00:40')
  await page.clock.runFor(2000)
  await expect(states).toHaveAccessibleName('9 done, 1 failed')
})

test('the fleet page sorts by each column, and finds a device by its ID', async ({ page, fleet }) => {
  await fleet.open()
  await fleet.startLocal(11)
  await expect(fleet.total('connected')).toHaveText('11 of 11')
  const ids = (): Promise<string[]> => page.locator('#rows tr:visible th').allTextContents()
  expect((await ids()).slice(-2)).toEqual(['fleet-10', 'fleet-11'])
  const head = page.getByRole('columnheader', { name: 'device' })
  await expect(head).toHaveAttribute('aria-sort', 'ascending')
  await head.getByRole('button').click()
  await expect(head).toHaveAttribute('aria-sort', 'descending')
  expect((await ids()).slice(0, 3)).toEqual(['fleet-11', 'fleet-10', 'fleet-9'])
  await fleet.desire('fleet-7', { climate: { target: 5 } })
  await expect(fleet.cell('fleet-7', 'target')).toHaveText('5.0')
  await page.getByRole('columnheader', { name: 'target' }).getByRole('button').click()
  expect((await ids())[0]).toBe('fleet-7')
  await expect(head).not.toHaveAttribute('aria-sort', /./)
  await page.getByRole('searchbox', { name: 'Part of a device ID' }).fill('fleet-1')
  await expect.poll(ids).toEqual(['fleet-1', 'fleet-10', 'fleet-11'])
})
