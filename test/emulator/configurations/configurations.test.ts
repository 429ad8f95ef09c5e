import type { Configuration, Registry } from 'azure-iothub'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Hub, type JsonObject, startHub } from '../../../emulator/src/index.ts'
import { configuration, desired, firmware, statuses } from '../../support/configurations.ts'
import { connectSubscribed } from '../../support/device.ts'
import { rest } from '../../support/rest.ts'
import { keyOf, token } from '../../support/sas-token.ts'
import { registryOf } from '../../support/service-sdk.ts'

describe('azure-iothub Registry', () => {
  let hub: Hub
  let registry: Registry

  beforeAll(async () => {
    hub = await startHub()
    registry = registryOf(hub)
    return () => hub.close()
  })

  async function results(id: string): Promise<unknown[]> {
    const { systemMetrics, metrics } = (await registry.getConfiguration(id)).responseBody
    return [systemMetrics?.results, metrics?.results]
  }

  /** Creates devices with their own tag, which is in the condition of a test. */
  async function devices(site: string, ...ids: readonly string[]): Promise<string> {
    for (const id of ids) {
      await hub.createDevice(id)
      await hub.updateTwin(id, { tags: { site } })
    }
    return `tags.site = '${site}'`
  }

  test('applies a configuration to its devices, and counts them', async () => {
    const where = await devices('lab', 'lab-1', 'lab-2')
    const device = await connectSubscribed(hub, { deviceId: 'lab-1' })
    const current =
      "SELECT deviceId FROM devices WHERE configurations.[[lab]].status = 'Applied' AND properties.reported.ok = true"
    await registry.addConfiguration(configuration('lab', where, { metrics: { queries: { current } } }))
    expect(JSON.parse((await device.next()).body)).toEqual({ firmware: { version: '1.0.0' }, $version: 2 })
    await device.report({ ok: true })
    await expect.poll(() => results('lab')).toEqual([{ targetedCount: 2, appliedCount: 2 }, { current: 1 }])
    expect(statuses(hub, 'lab-2')).toEqual({ lab: { status: 'Applied' } })
    expect(statuses(hub, 'device1')).toBeUndefined()
    const found = (await registry.getConfiguration('lab')).responseBody
    for (const [name, count] of Object.entries(found.systemMetrics?.results ?? {})) {
      const query = registry.createQuery(found.systemMetrics?.queries?.[name] ?? '')
      expect((await query.next('')).result).toHaveLength(count)
    }
    expect(found).toMatchObject({ id: 'lab', contentType: 'assignment', priority: 10, etag: 'MQ==' })
  })

  test('applies a configuration to devices that join later, and removes it from devices that leave', async () => {
    const where = await devices('shop', 'shop-1')
    await registry.addConfiguration(configuration('shop', where))
    await devices('shop', 'shop-2')
    await expect.poll(() => desired(hub, 'shop-2')).toEqual({ firmware: { version: '1.0.0' } })
    await hub.updateTwin('shop-2', { tags: { site: 'attic' }, properties: { desired: { own: 1 } } })
    await expect.poll(() => desired(hub, 'shop-2')).toEqual({ own: 1 })
    expect(statuses(hub, 'shop-2')).toBeUndefined()
    expect(desired(hub, 'shop-1')).toEqual({ firmware: { version: '1.0.0' } })
  })

  test('targets reported properties and IDs', async () => {
    await hub.createDevice('reporter')
    await registry.addConfiguration(
      configuration('model', "deviceId IN ['reporter', 'device1'] AND properties.reported.model = '4000x'"),
    )
    const device = await connectSubscribed(hub, { deviceId: 'reporter' })
    await device.report({ model: '4000x' })
    await expect.poll(() => desired(hub, 'reporter')).toEqual({ firmware: { version: '1.0.0' } })
    expect(desired(hub, 'device1')).toEqual({})
  })

  test('applies the configuration with the higher priority, and the other after its deletion', async () => {
    const where = await devices('duel', 'duel')
    const at = (priority: number, version: string): Partial<Configuration> => ({
      priority,
      content: { deviceContent: firmware(version) },
    })
    await registry.addConfiguration(configuration('low', where, at(1, '1.0.0')))
    await registry.addConfiguration(configuration('high', where, at(2, '2.0.0')))
    await expect.poll(() => desired(hub, 'duel')).toEqual({ firmware: { version: '2.0.0' } })
    expect(statuses(hub, 'duel')).toEqual({ low: { status: 'Targeted' }, high: { status: 'Applied' } })
    expect(await results('low')).toEqual([{ targetedCount: 1, appliedCount: 0 }, {}])
    await registry.addConfiguration(configuration('young', where, at(2, '3.0.0')))
    await expect.poll(() => desired(hub, 'duel')).toEqual({ firmware: { version: '3.0.0' } })
    await registry.removeConfiguration('young')
    await registry.removeConfiguration('high')
    await expect.poll(() => desired(hub, 'duel')).toEqual({ firmware: { version: '1.0.0' } })
    await registry.removeConfiguration('low')
    await expect.poll(() => statuses(hub, 'duel')).toBeUndefined()
    expect(desired(hub, 'duel')).toEqual({ firmware: { version: '1.0.0' } })
  })

  test('applies a configuration to modules', async () => {
    await hub.createDevice('box')
    await hub.createModule('box', 'fan')
    await hub.createModule('box', 'light')
    await registry.addConfiguration(
      configuration('fans', "FROM devices.modules WHERE moduleId = 'fan'", {
        content: { moduleContent: { 'properties.desired': { speed: 3 } } },
      }),
    )
    await expect.poll(() => desired(hub, 'box', 'fan')).toEqual({ speed: 3 })
    expect(desired(hub, 'box', 'light')).toEqual({})
    expect(await results('fans')).toEqual([{ targetedCount: 1, appliedCount: 1 }, {}])
    const { systemMetrics } = (await registry.getConfiguration('fans')).responseBody
    const query = registry.createQuery(systemMetrics?.queries?.['appliedCount'] ?? '')
    expect((await query.next('')).result).toEqual([{ deviceId: 'box', moduleId: 'fan' }])
  })

  test('updates a configuration with its etag, and moves it to other devices', async () => {
    const where = await devices('from', 'from-1')
    await devices('to', 'to-1')
    await registry.addConfiguration(configuration('moves', where, { labels: { a: 'b' } }))
    await expect.poll(() => desired(hub, 'from-1')).toEqual({ firmware: { version: '1.0.0' } })
    const found = (await registry.getConfiguration('moves')).responseBody
    await registry.updateConfiguration({ ...found, targetCondition: "tags.site = 'to'" })
    await expect
      .poll(() => [desired(hub, 'from-1'), desired(hub, 'to-1')])
      .toEqual([{}, { firmware: { version: '1.0.0' } }])
    await expect(registry.updateConfiguration(found)).rejects.toThrow(/etag/)
    await registry.updateConfiguration({ ...found, priority: 99 }, true)
    expect((await registry.getConfiguration('moves')).responseBody).toMatchObject({
      priority: 99,
      labels: { a: 'b' },
      etag: 'Mw==',
    })
  })

  test('gets IoT Hub codes for its mistakes', async () => {
    await registry.addConfiguration(configuration('once', ''))
    const code = async (method: string, path: string, body?: JsonObject, ifMatch?: string): Promise<unknown[]> => {
      const headers = ifMatch === undefined ? {} : { 'if-match': ifMatch }
      const answer = await rest(hub, method, path, { ...(body && { body }), headers })
      return [answer.status, answer.headers.get('iothub-errorcode')]
    }
    const body = configuration('once', '') as unknown as JsonObject
    expect(await code('PUT', '/configurations/once', body)).toEqual([409, 'ConfigurationAlreadyExists'])
    expect(await code('PUT', '/configurations/once', body, '"MTA="')).toEqual([412, 'PreconditionFailed'])
    expect(await code('PUT', '/configurations/none', { ...body, id: 'none' }, '*')).toEqual([
      404,
      'ConfigurationNotFound',
    ])
    expect(await code('DELETE', '/configurations/once', undefined, '"MTA="')).toEqual([412, 'PreconditionFailed'])
    expect(await code('GET', '/configurations/none')).toEqual([404, 'ConfigurationNotFound'])
    expect(await code('PUT', '/configurations/bad', { content: {} })).toEqual([400, 'InvalidConfigurationContent'])
    const other = { ...body, content: { deviceContent: firmware('9') } }
    expect(await code('PUT', '/configurations/once', other, '*')).toEqual([
      400,
      'CannotModifyImmutableConfigurationContent',
    ])
    const apply = '/devices/device1/applyConfigurationContent'
    expect(await code('POST', apply, { deviceContent: firmware('1') })).toEqual([400, 'InvalidConfigurationContent'])
    expect(await code('POST', apply, { modulesContent: { $edgeAgent: {} } })).toEqual([501, 'NotImplemented'])
    expect(await code('POST', '/devices/none/applyConfigurationContent', {})).toEqual([404, 'DeviceNotFound'])
  })

  test('lists the newest configurations, also at the path of the .NET SDK', async () => {
    await registry.addConfiguration(configuration('newest', ''))
    const [first] = (await registry.getConfigurations()).responseBody
    expect(first?.id).toBe('newest')
    for (const path of ['/configurations?top=1', '/configurations/?top=1']) {
      expect((await rest(hub, 'GET', path)).body).toMatchObject([{ id: 'newest' }])
    }
  })

  test('tests a target condition and metrics', async () => {
    const check = async (body: JsonObject): Promise<JsonObject> =>
      (await rest(hub, 'POST', '/configurations/testQueries', { body })).body
    expect(
      await check({ targetCondition: "tags.a = 'b'", customMetricQueries: { m: 'SELECT * FROM devices' } }),
    ).toEqual({
      targetConditionError: null,
      customMetricQueryErrors: {},
    })
    expect(
      await check({ targetCondition: 'tags.a =', customMetricQueries: { m: 'SELECT', n: 'SELECT * FROM devices' } }),
    ).toEqual({
      targetConditionError: expect.stringContaining('Line 1, col 9'),
      customMetricQueryErrors: { m: expect.stringContaining('The metric m: ') },
    })
  })

  test('needs the rights of the registry', async () => {
    const status = async (policyName: 'service' | 'registryRead', method: string): Promise<number> => {
      const key = keyOf(hub.connectionStrings.service({ policyName }))
      const authorization = token('localhost', key, { policyName })
      const body = { content: { deviceContent: firmware('1') } }
      const path = '/configurations/rights'
      return (await rest(hub, method, path, { authorization, ...(method === 'PUT' && { body }) })).status
    }
    expect(await status('service', 'GET')).toBe(401)
    expect(await status('registryRead', 'GET')).toBe(404)
    expect(await status('registryRead', 'PUT')).toBe(401)
  })
})
