import { expect, kioskPage, test } from '../support/kiosk-page.ts'

test('two tabs of a kiosk share one connection, and when one closes the other continues', async ({
  page,
  context,
  kiosk,
  hub,
  device,
  twin,
}) => {
  const connections = (): number => hub.connections().filter(({ deviceId }) => deviceId === device.deviceId).length
  const before = twin.connects
  const other = kioskPage(await context.newPage())
  await other.open()
  await other.isReady()
  expect([connections(), twin.connects - before]).toEqual([1, 0])

  const wanted = [await twin.desire({ message: 'For both' })]
  for (const { message } of [kiosk, other]) await expect(message).toHaveText('For both')
  await expect.poll(() => twin.answers.at(-1)?.version).toBe(wanted[0])
  const answered = twin.answers.length

  const closed = page.close()
  wanted.push(await twin.desire({ message: 'While one closes' }))
  await closed
  await expect(other.message).toHaveText('While one closes')
  await other.isReady()
  wanted.push(await twin.desire({ message: 'For the one that is left', volume: 7 }))
  await expect(other.message).toHaveText('For the one that is left')

  await expect.poll(() => twin.answers.at(-1)).toEqual({ version: wanted.at(-1), refused: ['volume'] })
  const versions = twin.answers.slice(answered).map(({ version }) => version)
  expect(versions).toEqual([...versions].sort((a, b) => a - b))
  // What was on its way when a tab closed, and whose answer went with it, is reported once more.
  expect(versions.length - new Set(versions).size).toBeLessThanOrEqual(1)
  expect([connections(), twin.connects - before]).toEqual([1, 1])
})

test('a tab of a kiosk reports once what a closed tab could not report', async ({
  page,
  context,
  kiosk,
  hub,
  device,
  twin,
}) => {
  const other = kioskPage(await context.newPage())
  await other.open()
  await other.isReady()
  const { id } = hub.faults.inject({ fault: 'throttle', operation: 'patch', device: device.deviceId })
  const version = await twin.desire({ message: 'Not answered yet', volume: 'loud' })
  for (const { message } of [kiosk, other]) await expect(message).toHaveText('Not answered yet')
  await expect.poll(() => hub.faults.list().find((fault) => fault.id === id)?.struck).toBeGreaterThan(0)
  await page.close()
  hub.faults.remove(id ?? 0)
  await expect.poll(() => twin.answers.slice(1)).toEqual([{ version, refused: ['volume'] }])
  const next = await twin.desire({ volume: 1 })
  await expect.poll(() => twin.answers.at(-1)?.version).toBe(next)
  expect(twin.answers.map((answer) => answer.version).slice(1)).toEqual([version, next])
})

test(
  'a code in one tab of a kiosk enrolls the others, and each says when it is revoked',
  { tag: '@firefox' },
  async ({ page, context, hub, device, service, complaints }) => {
    complaints.expect(/403|WebSocket|can’t establish|interrupted/)
    const [first, second] = [kioskPage(page), kioskPage(await context.newPage())]
    await first.open()
    await second.open()
    await first.enrol(await service.makeCode(device.deviceId))
    await first.isReady()
    await second.isReady()

    await service.revoke(device.deviceId)
    hub.faults.inject({ fault: 'expire', device: device.deviceId })
    hub.faults.inject({ fault: 'kick', device: device.deviceId })
    for (const { state } of [first, second]) await expect(state).toContainText('was revoked')
  },
)
