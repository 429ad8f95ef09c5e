import { expect, kioskPage, test } from '../support/kiosk-page.ts'

test('two tabs of a kiosk share a connection, and either continues when the other closes', async ({
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

  const sent = [await twin.desire({ message: 'For both' })]
  for (const { message } of [kiosk, other]) await expect(message).toHaveText('For both')
  await expect.poll(() => twin.answers.at(-1)?.version).toBe(sent[0])
  const answered = twin.answers.length

  const closed = page.close()
  sent.push(await twin.desire({ message: 'While one closes' }))
  await closed
  await expect(other.message).toHaveText('While one closes')
  await other.isReady()
  sent.push(await twin.desire({ message: 'For the remaining tab', volume: 7 }))
  await expect(other.message).toHaveText('For the remaining tab')

  await expect.poll(() => twin.answers.at(-1)).toEqual({ version: sent.at(-1), refused: ['volume'] })
  const versions = twin.answers.slice(answered).map(({ version }) => version)
  expect(versions).toEqual([...versions].sort((a, b) => a - b))
  // A report whose answer was lost with the closed tab is sent again.
  expect(versions.length - new Set(versions).size).toBeLessThanOrEqual(1)
  expect([connections(), twin.connects - before]).toEqual([1, 1])
})

test('a tab reports exactly once after another tab closes before its report', async ({
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
  await expect.poll(() => hub.faults.list().find((fault) => fault.id === id)?.injected).toBeGreaterThan(0)
  await page.close()
  hub.faults.remove(id ?? 0)
  await expect.poll(() => twin.answers.slice(1)).toEqual([{ version, refused: ['volume'] }])
  const next = await twin.desire({ volume: 1 })
  await expect.poll(() => twin.answers.at(-1)?.version).toBe(next)
  expect(twin.answers.map((answer) => answer.version).slice(1)).toEqual([version, next])
})

test(
  'a code in one tab enrolls the others, and each says that the kiosk is revoked',
  { tag: '@firefox' },
  async ({ page, context, hub, device, service, complaints }) => {
    complaints.expect(/403|WebSocket|can’t establish|interrupted/)
    const [first, second] = [kioskPage(page), kioskPage(await context.newPage())]
    await first.open()
    await second.open()
    await first.enroll(await service.makeCode(device.deviceId))
    await first.isReady()
    await second.isReady()

    await service.revoke(device.deviceId)
    hub.faults.inject({ fault: 'expire', device: device.deviceId })
    hub.faults.inject({ fault: 'kick', device: device.deviceId })
    for (const { state } of [first, second]) await expect(state).toContainText('was revoked')
  },
)
