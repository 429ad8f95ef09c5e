import { expect, test } from '../support/fleet-page.ts'

test('each device of the fleet announces its model and sends telemetry, and the totals show the rate', async ({
  hub,
  fleet,
}) => {
  const messages: { readonly deviceId: string; readonly body: unknown }[] = []
  const stop = hub.events.listen((event) => {
    if (event.type !== 'telemetry') return
    messages.push({ deviceId: event.deviceId, body: JSON.parse(new TextDecoder().decode(event.body)) })
  })
  await fleet.open()
  await fleet.startLocal(3)
  await expect(fleet.total('connected')).toHaveText('3 of 3')
  const senders = (): string[] => [...new Set(messages.map(({ deviceId }) => deviceId))].sort()
  await expect.poll(senders).toEqual(['fleet-1', 'fleet-2', 'fleet-3'])
  expect(messages[0]?.body).toEqual({ temperature: expect.any(Number), target: 20 })
  await expect.poll(async () => Number(await fleet.total('messages per second').textContent())).toBeGreaterThan(0)
  expect(hub.twin('fleet-3')).toMatchObject({ modelId: 'dtmi:hubtwin:demo:Thermostat;1' })
  stop()
})
