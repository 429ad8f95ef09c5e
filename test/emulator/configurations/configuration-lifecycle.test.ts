import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type JsonObject, startHub } from '../../../emulator/src/index.ts'
import { later } from '../../support/cleanup.ts'
import { configuration, desired, firmware, statuses } from '../../support/configurations.ts'
import { hear } from '../../support/hub-events.ts'
import { start } from '../../support/hub.ts'
import { rest } from '../../support/rest.ts'
import { registryOf } from '../../support/service-sdk.ts'

test('the events show changes of configurations, and which twins they change', async () => {
  const hub = await start()
  const heard = hear(hub)
  const registry = registryOf(hub)
  await registry.addConfiguration(configuration('c', '*'))
  expect(await heard.next('twin-changed')).toMatchObject({
    deviceId: 'device1',
    by: 'configuration',
    change: { desired: { firmware: { version: '1.0.0' } } },
    desiredVersion: 2,
  })
  await registry.removeConfiguration('c')
  expect(heard.all.filter(({ type }) => type === 'configuration-changed')).toMatchObject([
    { configurationId: 'c', state: 'created' },
    { configurationId: 'c', state: 'deleted' },
  ])
})

test('a twin keeps its desired properties if a configuration exceeds its limit, and is only targeted', async () => {
  const hub = await start()
  const large = Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`k${at}`, 'x'.repeat(4000)]))
  await hub.updateTwin('device1', { properties: { desired: large } })
  const content = { 'properties.desired.more': { a: 'x'.repeat(4000), b: 'x'.repeat(4000) } }
  await registryOf(hub).addConfiguration(configuration('large', '*', { content: { deviceContent: content } }))
  await expect.poll(() => statuses(hub, 'device1')).toEqual({ large: { status: 'Targeted' } })
  expect(desired(hub, 'device1')).toEqual(large)
})

test('the free tier has 10 configurations', async () => {
  const hub = await start({ tier: 'F1' })
  const body = { content: { deviceContent: firmware('1') } }
  const put = (id: number): ReturnType<typeof rest> => rest(hub, 'PUT', `/configurations/c${id}`, { body })
  for (let id = 0; id < 10; id++) expect((await put(id)).status).toBe(201)
  expect((await put(10)).headers.get('iothub-errorcode')).toBe('ConfigurationCountLimitExceeded')
})

test('an interval delays changed twins and metrics until the clock reaches it', async () => {
  const hub = await start({ configurationIntervalInSeconds: 300 })
  hub.clock.stop()
  const registry = registryOf(hub)
  await registry.addConfiguration(configuration('slow', "tags.site = 'lab'"))
  const results = async (): Promise<unknown> =>
    (await registry.getConfiguration('slow')).responseBody.systemMetrics?.results
  await expect.poll(results).toEqual({ targetedCount: 0, appliedCount: 0 })
  await hub.updateTwin('device1', { tags: { site: 'lab' } })
  expect(await results()).toEqual({ targetedCount: 0, appliedCount: 0 })
  expect(desired(hub, 'device1')).toEqual({})
  hub.clock.advance(300_000)
  await expect.poll(results).toEqual({ targetedCount: 1, appliedCount: 1 })
  expect(desired(hub, 'device1')).toEqual({ firmware: { version: '1.0.0' } })
})

test('configurations survive a restart and a snapshot', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
  later(() => rm(dataFolder, { recursive: true, force: true }))
  const first = await startHub({ dataFolder })
  later(() => first.close())
  await registryOf(first).addConfiguration(configuration('kept', '*', { labels: { a: 'b' } }))
  await expect.poll(() => statuses(first, 'device1')).toEqual({ kept: { status: 'Applied' } })
  const before = (await registryOf(first).getConfiguration('kept')).responseBody
  await first.close()

  const second = await start({ dataFolder })
  expect((await registryOf(second).getConfiguration('kept')).responseBody).toEqual(before)
  expect(statuses(second, 'device1')).toEqual({ kept: { status: 'Applied' } })
  await second.createDevice('new')
  await expect.poll(() => statuses(second, 'new')).toEqual({ kept: { status: 'Applied' } })

  const third = await start()
  const snapshot = second.snapshot()
  await third.restore(snapshot)
  expect((await registryOf(third).getConfiguration('kept')).responseBody).toMatchObject({
    id: 'kept',
    labels: { a: 'b' },
  })
  expect(third.snapshot()['configurations']).toEqual(snapshot['configurations'])
  const { configurations: _configurations, ...older } = snapshot
  await third.restore(older)
  await expect.poll(() => statuses(third, 'device1')).toBeUndefined()
  const broken = [{ ...(snapshot['configurations'] as JsonObject[])[0], targetCondition: 'tags.a =' }]
  await expect(third.restore({ ...snapshot, configurations: broken })).rejects.toThrow(/configurations\.0: .*col 9/)
})
