import { startHub, type Hub, type JsonObject } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../contract/suite/waits.ts'
import { allPages, officialService, refusalOf, type OfficialService } from '../official-service.ts'

// Automatic configurations of the unmodified service SDK. The titles are rows of the table in
// docs/emulator/azure-sdks.md.

type Configuration = Parameters<OfficialService['registry']['addConfiguration']>[0]

let hub: Hub
let registry: OfficialService['registry']

beforeAll(async () => {
  hub = await startHub({ devices: ['lamp-0', 'lamp-1'] })
  ;({ registry } = officialService(hub))
  for (const id of ['lamp-0', 'lamp-1']) await hub.updateTwin(id, { tags: { kind: 'lamp' } })
  await hub.createModule('lamp-0', 'driver')
})
afterAll(() => hub.close())

function lamps(id: string, level: number, rest: Partial<Configuration> = {}): Configuration {
  return {
    id,
    schemaVersion: '1.0',
    targetCondition: "tags.kind = 'lamp'",
    priority: 1,
    content: { deviceContent: { 'properties.desired.light': { level } } },
    ...rest,
  }
}

async function metrics(id: string): Promise<JsonObject> {
  const { systemMetrics, metrics: custom } = (await registry.getConfiguration(id)).responseBody
  return { ...systemMetrics?.results, ...custom?.results }
}

function desired(deviceId: string, moduleId?: string): unknown {
  return (hub.twin(deviceId, moduleId)['properties'] as { desired: JsonObject }).desired
}

describe('azure-iothub', () => {
  test('adds a configuration, which the hub applies to its devices and counts', async () => {
    const dim = "SELECT deviceId FROM devices WHERE configurations.[[dim]].status = 'Applied'"
    await registry.addConfiguration(lamps('dim', 10, { metrics: { queries: { dim } } }))
    await until('the configuration is applied', async () => (await metrics('dim'))['appliedCount'] === 2)
    expect(await metrics('dim')).toEqual({ targetedCount: 2, appliedCount: 2, dim: 2 })
    expect(desired('lamp-1')).toMatchObject({ light: { level: 10 } })
  })

  test('adds a configuration with a higher priority, and removes it again', async () => {
    await registry.addConfiguration(lamps('bright', 90, { priority: 2 }))
    await until('it wins', async () => (await metrics('dim'))['appliedCount'] === 0)
    expect(desired('lamp-0')).toMatchObject({ light: { level: 90 } })
    await registry.removeConfiguration('bright')
    await until('the other applies', async () => (await metrics('dim'))['appliedCount'] === 2)
    expect(desired('lamp-0')).toMatchObject({ light: { level: 10 } })
  })

  test('adds a configuration for modules', async () => {
    const content = { moduleContent: { 'properties.desired': { mode: 'eco' } } }
    const targetCondition = "FROM devices.modules WHERE moduleId = 'driver'"
    await registry.addConfiguration(lamps('drivers', 0, { content, targetCondition }))
    await until('the configuration is applied', async () => (await metrics('drivers'))['appliedCount'] === 1)
    expect(desired('lamp-0', 'driver')).toMatchObject({ mode: 'eco' })
  })

  test('gets, lists, and updates configurations with their etags', async () => {
    const found = (await registry.getConfiguration('dim')).responseBody
    await registry.updateConfiguration({ ...found, priority: 5 })
    expect(await refusalOf(registry.updateConfiguration(found))).toMatchObject({ name: 'InvalidEtagError' })
    await registry.updateConfiguration({ ...found, priority: 6 }, true)
    const all = (await registry.getConfigurations()).responseBody
    expect(all.find(({ id }) => id === 'dim')).toMatchObject({ priority: 6, content: found.content })
  })

  test('queries the devices of a configuration', async () => {
    const text = "SELECT deviceId FROM devices WHERE configurations.[[dim]].status = 'Applied'"
    expect((await allPages(registry, text)).rows).toEqual([{ deviceId: 'lamp-0' }, { deviceId: 'lamp-1' }])
  })

  test('gets an error for content that is not for IoT Edge modules, on a single device', async () => {
    const content = { deviceContent: { 'properties.desired.light': { level: 1 } } }
    const refusal = await refusalOf(registry.applyConfigurationContentOnDevice('lamp-0', content))
    expect(refusal.name).toBe('ArgumentError')
    expect(refusal.body).toContain('InvalidConfigurationContent')
  })
})
