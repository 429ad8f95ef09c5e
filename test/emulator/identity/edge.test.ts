import type { Registry } from 'azure-iothub'
import { describe, expect } from 'vitest'
import type { Hub, JsonObject } from '../../../emulator/src/index.ts'
import { connect } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'
import { registryOf } from '../../support/service-sdk.ts'

const test = hubTest().extend('registry', ({ hub }) => registryOf(hub))

/** The types of azure-iothub omit the scope of a response. */
type Scoped = Awaited<ReturnType<Registry['create']>>['responseBody'] & { readonly deviceScope?: string }

const EDGE = { capabilities: { iotEdge: true } }

async function createEdge(hub: Hub, deviceId: string, more: JsonObject = {}): Promise<string> {
  return (await hub.createDevice(deviceId, { ...EDGE, ...more }))['deviceScope'] as string
}

/** Returns the status of a PUT that updates a device, and its scopes afterwards. */
async function update(hub: Hub, deviceId: string, body: JsonObject): Promise<unknown[]> {
  const { status } = await rest(hub, 'PUT', `/devices/${deviceId}`, { body, headers: { 'if-match': '"*"' } })
  const { deviceScope, parentScopes } = hub.twin(deviceId)
  return [status, deviceScope, parentScopes]
}

async function moduleIds(registry: Registry, deviceId: string): Promise<string[]> {
  return (await registry.getModulesOnDevice(deviceId)).responseBody.map(({ moduleId }) => moduleId)
}

describe('an IoT Edge device', () => {
  test('gets a scope and the runtime modules, and loses both with its capability', async ({ hub, registry }) => {
    const created = (await registry.create({ deviceId: 'edge-1', ...EDGE })).responseBody as Scoped
    expect(created).toMatchObject({ ...EDGE, deviceScope: expect.stringMatching(/^ms-azure-iot-edge:\/\/edge-1-\d+$/) })
    expect(hub.twin('edge-1')).toMatchObject({ ...EDGE, deviceScope: created.deviceScope })
    expect(await moduleIds(registry, 'edge-1')).toEqual(['$edgeAgent', '$edgeHub'])
    expect((await registry.getModule('edge-1', '$edgeAgent')).responseBody).toMatchObject({ managedBy: 'iotEdge' })
    const agent = await connect(hub, { deviceId: 'edge-1', moduleId: '$edgeAgent' })

    await registry.update(Object.assign(created, { capabilities: { iotEdge: false } }))
    await agent.closed()
    expect(hub.twin('edge-1')).not.toHaveProperty('deviceScope')
    expect(await moduleIds(registry, 'edge-1')).toEqual([])
    expect(await update(hub, 'edge-1', { deviceId: 'edge-1', ...EDGE })).toEqual([200, created.deviceScope, undefined])
    expect(await moduleIds(registry, 'edge-1')).toEqual(['$edgeAgent', '$edgeHub'])
  })

  test('keeps the scope that the hub generated', async ({ hub }) => {
    const scope = await createEdge(hub, 'edge-2')
    expect(await update(hub, 'edge-2', { deviceScope: scope })).toEqual([200, scope, undefined])
    expect(await update(hub, 'edge-2', { deviceScope: 'ms-azure-iot-edge://edge-2-1' })).toEqual([
      400,
      scope,
      undefined,
    ])
  })

  test('names its own parent in parentScopes, without a circle', async ({ hub }) => {
    const top = await createEdge(hub, 'top')
    const middle = await createEdge(hub, 'middle', { parentScopes: [top] })
    const bottom = await createEdge(hub, 'bottom', { parentScopes: [middle] })
    expect(hub.twin('bottom')).toMatchObject({ deviceScope: bottom, parentScopes: [middle] })
    expect(await update(hub, 'top', { parentScopes: [bottom] })).toEqual([400, top, undefined])
    expect(await update(hub, 'top', { parentScopes: [top] })).toEqual([400, top, undefined])
    expect(await update(hub, 'bottom', { parentScopes: [] })).toEqual([200, bottom, undefined])
  })

  test('keeps its scope and its children in a snapshot', async ({ hub }) => {
    const deviceScope = await createEdge(hub, 'edge-4')
    await hub.createDevice('leaf-4', { deviceScope })
    const other = await start()
    await other.restore(hub.snapshot())
    expect(other.twin('edge-4')).toEqual(hub.twin('edge-4'))
    expect(other.twin('leaf-4')).toMatchObject({ deviceScope, parentScopes: [deviceScope] })
  })
})

describe('a child of an IoT Edge device', () => {
  test('names the scope of its parent, and cannot change it to an unknown scope', async ({ hub, registry }) => {
    const deviceScope = await createEdge(hub, 'edge-5')
    const leaf = (await registry.create({ deviceId: 'leaf-5', deviceScope })).responseBody
    expect(leaf).toMatchObject({ deviceScope, parentScopes: [deviceScope] })
    await expect(registry.update(Object.assign(leaf, { deviceScope: 'elsewhere' }))).rejects.toMatchObject({
      name: 'ArgumentError',
    })
    const found = registry.createQuery(`SELECT deviceId FROM devices WHERE deviceScope = '${deviceScope}'`)
    expect((await found.next('')).result).toEqual([{ deviceId: 'edge-5' }, { deviceId: 'leaf-5' }])

    expect(await update(hub, 'leaf-5', { status: 'disabled' })).toEqual([200, deviceScope, [deviceScope]])
    expect(await update(hub, 'leaf-5', { deviceScope: '' })).toEqual([200, undefined, undefined])
    expect(await update(hub, 'leaf-5', { parentScopes: [deviceScope] })).toEqual([200, deviceScope, [deviceScope]])
    const other = await createEdge(hub, 'other')
    expect(await update(hub, 'leaf-5', { deviceScope: other })).toEqual([200, other, [other]])
    await registry.delete('other')
    expect(await update(hub, 'leaf-5', { deviceScope: other, status: 'enabled' })).toEqual([200, other, [other]])
  })

  test('is refused with an invalid scope, or a scope of no device', async ({ hub }) => {
    const scope = await createEdge(hub, 'edge-6')
    await hub.createDevice('leaf-6')
    const wrong: JsonObject[] = [
      { deviceScope: 'ms-azure-iot-edge://nobody-1' },
      { deviceScope: 'ms-azure-iot-edge://leaf-6-1' },
      { deviceScope: `${scope}0` },
      { deviceScope: `ms-azure-iot-edge://${'x'.repeat(10_000)}-1` },
      { deviceScope: 1 },
      { parentScopes: scope },
      { parentScopes: [scope, scope] },
      { parentScopes: [1] },
      { deviceScope: scope, parentScopes: ['ms-azure-iot-edge://nobody-1'] },
    ]
    for (const body of wrong) {
      const { status } = await rest(hub, 'PUT', '/devices/new', { body: { deviceId: 'new', ...body } })
      expect(status, JSON.stringify(body)).toBe(400)
    }
    expect(() => hub.twin('new')).toThrow(/new/)
  })

  test('keeps its scope when it is created in bulk', async ({ hub }) => {
    const deviceScope = await createEdge(hub, 'edge-7')
    const body = [{ id: 'leaf-7', importMode: 'create', deviceScope }]
    expect((await rest(hub, 'POST', '/devices', { body })).body).toMatchObject({ isSuccessful: true })
    expect(hub.twin('leaf-7')).toMatchObject({ deviceScope, parentScopes: [deviceScope] })
  })
})
